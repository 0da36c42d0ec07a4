"""A person at a browser. Every click, tick and choice is counted; typing is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Response, expect

FIELDS = """(known) => {
  const found = [];
  for (const box of document.querySelectorAll('.field[data-element]')) {
    const name = box.dataset.element;
    if (!box.checkVisibility() || name.startsWith('consent.') || name === 'duplicate') continue;
    const radios = [...box.querySelectorAll('input[type=radio]')], select = box.querySelector('select');
    const input = box.querySelector('input:not([type=radio]), textarea');
    if (radios.some((r) => r.checked) || select?.value || (input && input.value)) continue;
    const options = radios.length ? radios.map((r) => r.value)
      : select ? [...select.options].map((o) => o.value).filter(Boolean) : [];
    const example = box.querySelector('.hint')?.firstChild?.textContent.match(/如：([^　]+)/)?.[1].trim() ?? '';
    const offered = name.startsWith('party.') ? '' : options[0] ?? {
      date: '2026-11-02', 'datetime-local': '2026-10-28T06:15' }[input?.type] ?? example;
    const value = known[name] ?? offered;
    if (value) found.push([name, radios.length ? 'radio' : select ? 'select' : 'text', value]);
  }
  return found;
}"""
FILE_CLICKS = 2
"""One to open the file chooser, one to choose."""


class User:
    """Somebody's browser window, and how often they had to click in it."""

    def __init__(self, page: Page, folder: Path) -> None:
        self.page = page
        self.folder = folder
        self.clicks = 0
        self.scripts = True

    def goes(self, path: str) -> Response:
        """Type an address, or follow a bookmark."""
        answer = self.page.goto(path)
        assert answer
        return answer

    def signs_in(self, name: str) -> None:
        """One click on the start page of the demonstration."""
        self.goes("/")
        self.page.get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_url(lambda url: not url.endswith("/"))

    def button(self, word: str) -> Locator:
        """The button with this word, whatever key it names."""
        return self.page.get_by_role("button", name=re.compile(rf"^{re.escape(word)}( \w)?$"))

    def presses(self, word: str) -> None:
        """Click a button that leads to another page or back to this one."""
        self.clicks += 1
        with self.page.expect_event("domcontentloaded"):
            self.button(word).first.click()

    def follows(self, words: str, within: Locator | None = None) -> None:
        """Click a link."""
        self.clicks += 1
        (within or self.page).get_by_role("link", name=words).first.click()

    def ticks(self, box: Locator) -> None:
        """Tick a box."""
        self.clicks += 1
        box.check()

    def says(self, *words: str) -> None:
        """The page says all of it."""
        for each in words:
            try:
                expect(self.page.locator("body")).to_contain_text(each)
            except AssertionError:
                fault = self.page.locator("#fault")
                told = (fault if fault.count() else self.page.locator("main")).inner_text()
                raise AssertionError(f"“{each}” is not on {self.page.url}: {told}") from None

    def typed(self, name: str) -> str:
        """What stands in a field."""
        return self.page.locator(f"[name='{name}']").first.input_value()

    def fills(self, known: Mapping[str, str]) -> None:
        """Fill in the whole form: known values, else the example or the first choice that the form shows."""
        for _ in range(30):
            told = self.page.evaluate(FIELDS, dict(known))
            choices = [one for one in told if one[1] != "text"]
            if not told:
                return
            # A choice may bring up other fields: one after the other, and the texts when no choice is left.
            for one in choices[:1] if choices and self.scripts else told:
                self._fills(*one)
            self.settles()
        raise AssertionError(f"the form never ends: {told}")

    def _fills(self, name: str, kind: str, value: str) -> None:
        if kind == "radio":
            self.ticks(self.page.locator(f"input[name='{name}'][value='{value}']"))
        elif kind == "select":
            self.clicks += 1
            self.page.locator(f"select[name='{name}']").select_option(value)
        else:
            self.page.locator(f"[name='{name}']").fill(value)

    def settles(self) -> None:
        """What was typed is kept: by itself, or with the button where there are no scripts."""
        if not self.scripts:
            self.presses("保存")
            return
        self.page.locator("body").evaluate("() => document.activeElement.blur()")
        self.page.wait_for_timeout(80)
        self.page.wait_for_function("() => busy === 0")

    def attaches(self, inputs: Iterable[str], files: Mapping[str, bytes]) -> None:
        """Choose files for each of these places."""
        paths = []
        for name, data in files.items():
            (self.folder / name).write_bytes(data)
            paths.append(self.folder / name)
        for name in inputs:
            self.clicks += FILE_CLICKS
            place = self.page.locator(f"input[name='{name}']")
            if not self.scripts:
                # Without scripts they go with the form.
                place.set_input_files(paths)
                continue
            with self.page.expect_response(lambda answer: answer.request.method == "POST"):
                place.set_input_files(paths)
            self.page.wait_for_function("() => !document.querySelector('.progress:not([hidden])')")

    def paper(self, words: str) -> bytes:
        """Open a printed paper with its link, and come back."""
        self.clicks += 1
        link, here = self.page.get_by_role("link", name=words).first, self.page.url
        address = str(link.get_attribute("href"))
        with self.page.context.expect_event("response", lambda answer: answer.url.endswith(address)) as shown:
            link.click()
        assert shown.value.ok and shown.value.headers["content-type"] == "application/pdf"
        for tab in self.page.context.pages:
            if tab is not self.page:
                tab.close()
        if self.page.url != here:
            self.page.goto(here)
        return self.page.request.get(address).body()

    def measures(self, script: str, argument: Any = None) -> Any:
        """Ask the page something that a person would see."""
        return self.page.evaluate(script, argument)
