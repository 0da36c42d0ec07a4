/* Comfort on top of pages that work without it: live sheet, autosave, field checks, upload progress, keyboard. */
"use strict";
document.documentElement.classList.add("js");

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const token = () => document.querySelector("input[name=_csrf_token]")?.value ?? "";

/* The page itself can be asked for again and its parts exchanged, so there is one source of truth. */
async function refresh(address, ids, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) return location.assign(address);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ids) {
    const now = document.getElementById(id), then = fresh.getElementById(id);
    if (now && then) now.replaceWith(then);
  }
  return fresh;
}

/* Consultation: the sheet grows while the questions are answered. */
document.addEventListener("change", async (event) => {
  const form = event.target.closest("form[data-live]");
  if (!form) return;
  const address = form.action + "?" + new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
  const id = event.target.id, name = event.target.name, value = event.target.value;
  await refresh(address, ["live"]);
  history.replaceState(null, "", address);
  const same = id ? document.getElementById(id) : document.querySelector(`input[name="${name}"][value="${value}"]`);
  (same ?? document.querySelector("form[data-live] input[type=radio]"))?.focus();
});

/* Autosave: what was typed is sent a moment after the last key; a field is checked when it is left. */
const saving = new WeakMap();
async function save(form) {
  const status = document.getElementById("saved");
  const body = new FormData(form);
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST", body: new URLSearchParams([...body].filter(([, value]) => typeof value === "string")),
      headers: { accept: "application/json" },
    });
    const told = await answer.json();
    if (!answer.ok) { if (status) status.textContent = told.detail ?? "没有保存，请点“保存”"; return; }
    const version = form.querySelector("input[name=version]");
    if (version && told.version !== undefined) version.value = told.version;
    if (status) status.textContent = told.saved;
    for (const field of all("[data-element]", form)) {
      const place = field.querySelector(".bad");
      if (!place || !field.dataset.left) continue;
      const sentence = told.problems?.[field.dataset.element] ?? "";
      place.textContent = sentence;
      field.classList.toggle("wrong", sentence !== "");
    }
    if (told.stale) await refresh(location.href, all("[data-part]").map((part) => part.id));
  } catch { if (status) status.textContent = "网络不通，恢复后会再保存；也可以点“保存”"; }
}
function soon(form, delay) {
  clearTimeout(saving.get(form));
  saving.set(form, setTimeout(() => save(form), delay));
}
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.autosave && event.target.type !== "file") soon(form, 1500);
});
document.addEventListener("focusout", (event) => {
  const field = event.target.closest?.("[data-element]");
  const form = event.target.form;
  if (!field || !form?.dataset.autosave || field.contains(event.relatedTarget)) return;
  if (!event.target.value && !field.dataset.left) return;
  field.dataset.left = "1";
  soon(form, 50);
});

/* Uploads show how far they are and can be stopped. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]")) return;
  event.preventDefault();
  const request = new XMLHttpRequest(), box = form.querySelector(".progress");
  const bar = box.querySelector("progress"), stop = box.querySelector("button");
  box.hidden = false;
  stop.onclick = () => { request.abort(); box.hidden = true; };
  request.upload.onprogress = (now) => { if (now.lengthComputable) bar.value = now.loaded / now.total; };
  request.onload = () => {
    if (request.status < 400) { location.assign(request.responseURL); if (new URL(request.responseURL).pathname === location.pathname) location.reload(); return; }
    document.body.replaceWith(new DOMParser().parseFromString(request.responseText, "text/html").body);
  };
  request.onerror = () => { box.hidden = true; form.submit(); };
  request.open("POST", form.action);
  request.send(new FormData(form));
});
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (event.target.type === "file" && form?.matches("form[data-upload]") && event.target.files.length) form.requestSubmit();
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
