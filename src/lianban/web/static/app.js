/* Comfort on top of pages that work without it: live sheet, autosave, field checks, upload progress, keyboard. */
"use strict";
document.documentElement.classList.add("js");

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const token = () => document.querySelector("input[name=_csrf_token]")?.value ?? "";

/* The page itself can be asked for again and its parts exchanged, so there is one source of truth. */
function exchange(html, ids) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const id of ids) {
    const now = document.getElementById(id), then = fresh.getElementById(id);
    if (now && then) now.replaceWith(document.importNode(then, true));
  }
}
async function refresh(address, ids) {
  const answer = await fetch(address);
  if (!answer.ok) return location.assign(address);
  exchange(await answer.text(), ids);
}
/* Exchange the parts of a form without losing a key that was pressed meanwhile, nor the place of the cursor. */
function exchangeForm(form, html) {
  const typed = all("input, select, textarea", form).filter((field) => field.name && field.type !== "hidden" && field.type !== "file")
    .map((field) => [field.name, field.type === "radio" || field.type === "checkbox" ? [field.value, field.checked] : field.value, field.type]);
  const focus = document.activeElement, id = focus?.id, name = focus?.name, value = focus?.value;
  exchange(html, all("[data-part]").map((part) => part.id));
  for (const [name, state, type] of typed) {
    for (const field of all(`[name="${CSS.escape(name)}"]`, form)) {
      if (field.type !== type) continue;
      if (type === "radio" || type === "checkbox") { if (field.value === state[0]) field.checked = state[1]; } else field.value = state;
    }
  }
  if (document.activeElement === focus) return;
  const again = (id && document.getElementById(id)) || (name && document.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`));
  again?.focus({ preventScroll: true });
}

/* Consultation: the sheet grows while the questions are answered. */
document.addEventListener("change", async (event) => {
  const form = event.target.closest("form[data-live]");
  if (!form) return;
  const address = form.action + "?" + new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const id = event.target.id, name = event.target.name, value = event.target.value;
  await refresh(address, ["live"]);
  history.replaceState(null, "", address);
  const same = id ? document.getElementById(id) : document.querySelector(`input[type=radio][name="${name}"][value="${value}"]`);
  (same ?? document.querySelector("form[data-live] input[type=radio]"))?.focus();
});

/* Autosave: what was typed is sent a moment after the last key; a field is checked when it is left. */
const saving = new WeakMap();
let under = Promise.resolve();
async function save(form) {
  busy += 1;
  const status = document.getElementById("saved");
  const body = new FormData(form);
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST", body: new URLSearchParams([...body].filter(([, value]) => typeof value === "string")),
      headers: { accept: "application/json" },
    });
    const told = await answer.json();
    if (!answer.ok) { if (status) status.textContent = told.detail ?? "没有保存，请点“保存”"; return; }
    form.querySelector("input[name=version]").value = told.version;
    if (status) status.textContent = told.saved;
    if (told.shape !== form.dataset.shape) {
      form.dataset.shape = told.shape;
      exchangeForm(form, await (await fetch(form.dataset.autosave)).text());
    }
    const left = document.getElementById("left");
    if (left) left.textContent = told.left;
    for (const field of all("[data-element]")) {
      const place = field.querySelector(".bad"), sentence = told.problems[field.dataset.element] ?? "";
      if (!place || (sentence && !field.dataset.left && !place.textContent)) continue;
      place.textContent = sentence;
      field.classList.toggle("wrong", sentence !== "");
    }
  } catch { if (status) status.textContent = "网络不通，恢复后会再保存；也可以点“保存”"; } finally { busy -= 1; }
}
function soon(form, delay) {
  clearTimeout(saving.get(form));
  saving.set(form, setTimeout(() => { under = under.then(() => save(form)); }, delay));
}
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.autosave || event.target.type === "file") return;
  const choice = ["radio", "checkbox", "select-one"].includes(event.target.type);
  if (choice) event.target.closest("[data-element]")?.setAttribute("data-left", "1");
  soon(form, choice ? 50 : 1500);
});
/* Never race with oneself: what is being saved is saved before the form goes. */
let busy = 0;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.autosave) return;
  clearTimeout(saving.get(form));
  if (!busy) return;
  event.preventDefault();
  under.then(() => form.requestSubmit(event.submitter));
}, true);
document.addEventListener("focusout", (event) => {
  const field = event.target.closest?.("[data-element]");
  const form = event.target.form;
  if (!field || !form?.dataset.autosave || field.contains(event.relatedTarget)) return;
  if (!event.target.value && !field.dataset.left) return;
  field.dataset.left = "1";
  soon(form, 50);
});

/* Uploads start when files are chosen, show how far they are and can be stopped. */
document.addEventListener("change", (event) => {
  const input = event.target, form = input.form;
  if (input.type !== "file" || !input.dataset.upload || !input.files.length) return;
  const request = new XMLHttpRequest(), box = input.closest("li").querySelector(".progress");
  const bar = box.querySelector("progress"), body = new FormData(form);
  body.set("material", input.dataset.material);
  box.hidden = false;
  box.querySelector("button").onclick = () => { request.abort(); input.value = ""; box.hidden = true; };
  request.upload.onprogress = (now) => { if (now.lengthComputable) bar.value = now.loaded / now.total; };
  request.onload = () => {
    const fresh = new DOMParser().parseFromString(request.responseText, "text/html");
    const version = fresh.querySelector("input[name=version]");
    if (!version) return form.requestSubmit();
    form.querySelector("input[name=version]").value = version.value;
    exchangeForm(form, request.responseText);
    document.getElementById(`f-material.${input.dataset.material}`)?.scrollIntoView({ block: "nearest" });
  };
  request.onerror = () => { box.hidden = true; };
  request.open("POST", input.dataset.upload);
  request.send(body);
});

/* Files that are too large are told before they travel. */
document.addEventListener("change", (event) => {
  const input = event.target, most = Number(input.dataset?.most);
  if (!most) return;
  const large = [...input.files].find((file) => file.size > most * 1048576);
  input.setCustomValidity(large ? `“${large.name}”超过 ${most} MB，请降低分辨率后再选。` : "");
  input.reportValidity();
});

/* One tick for a whole checklist. */
document.addEventListener("change", (event) => {
  const group = event.target.dataset?.tickAll;
  if (!group) return;
  for (const box of all(`input[type=checkbox][data-group~="${group}"]`)) box.checked = event.target.checked;
  const form = event.target.form ?? document.querySelector("form[data-autosave]");
  if (form?.dataset.autosave) soon(form, 100);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/* Paper cannot be unfolded. */
window.addEventListener("beforeprint", () => { for (const part of all("main details")) part.open = true; });

/* A second click on the same button does nothing. */
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "1";
  setTimeout(() => delete event.target.dataset.sent, 8000);
});

/* Keyboard: / search, j k move, Enter opens, a letter on a button presses it. */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "/") {
    const search = document.querySelector("input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
  } else if (event.key === "j" || event.key === "k") {
    const links = all("[data-rows] tbody th a"), row = document.activeElement?.closest("tr");
    const at = links.findIndex((link) => row?.contains(link));
    const next = links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + (event.key === "j" ? 1 : -1)))];
    next?.focus(); next?.scrollIntoView({ block: "nearest" });
  } else {
    const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
    if (target) { event.preventDefault(); target.focus(); target.click(); }
  }
});

document.getElementById("fault")?.focus();
