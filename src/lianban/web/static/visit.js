/* On the spot with a poor network: answers and photos are put into the phone first and leave it when the server has
   them. Ids are made here, so that what is sent twice is kept once. Without this script the page is plain forms. */
"use strict";
(() => {
const place = document.getElementById("place");
if (!place) return;
const { visit, person } = place.dataset, base = `/visits/${visit}/place`, most = Number(place.dataset.most);
const LONGEST_SIDE = 2048, QUALITY = 0.82, SMALL_ENOUGH = 700_000, PATIENCE = 180_000, SLOWEST = 60_000;
const WORDS = { ok: ["合格", "green", "✓"], problem: ["问题", "red", "■"], none: ["不适用", "grey", "○"] };
const bar = document.getElementById("queue");
const make = (name, more = {}, ...inside) => { const it = Object.assign(document.createElement(name), more); it.append(...inside); return it; };
const tag = (word, tone, mark) => make("span", { className: `tag ${tone}` }, Object.assign(make("span", {}, mark), { ariaHidden: "true" }), word);
const clock = (time) => new Date(time).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false }).replace("/", "-");
const newId = () => crypto.randomUUID?.() ?? "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));

/* What is kept in the phone: one store, each thing by its id. `loose` holds what the phone could not take. */
const loose = new Map();
const opened = new Promise((resolve) => {
  let asked;
  try { asked = indexedDB.open("lianban-visit", 1); } catch { resolve(null); return; }
  asked.onupgradeneeded = () => asked.result.createObjectStore("things", { keyPath: "id" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = asked.onblocked = () => resolve(null);
});
async function within(mode, act) {
  const disk = await opened;
  return new Promise((resolve, reject) => {
    if (!disk) { reject(new Error("no store")); return; }
    const work = disk.transaction("things", mode, mode === "readwrite" ? { durability: "strict" } : {}), asked = act(work.objectStore("things"));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = work.onabort = () => reject(work.error ?? asked.error ?? new Error("aborted"));
  });
}
async function keep(thing) {
  try { await within("readwrite", (store) => store.put(thing)); loose.delete(thing.id); return true; }
  catch { loose.set(thing.id, thing); return false; }
}
async function drop(id) { loose.delete(id); await within("readwrite", (store) => store.delete(id)).catch(() => {}); }
async function everything() {
  const kept = await within("readonly", (store) => store.getAll()).catch(() => []);
  return [...kept.filter((thing) => !loose.has(thing.id)), ...loose.values()].sort((a, b) => a.order - b.order);
}
let last = 0;
const nextOrder = () => (last = Math.max(last + 1, Date.now()));

/* What is seen of it. */
let trouble = "", working = 0, left = 0;
async function tell() {
  const all = await everything(), mine = all.filter((thing) => thing.person === person);
  const here = mine.filter((thing) => thing.visit === visit && !thing.draft), waiting = here.filter((thing) => !thing.refused);
  const photos = waiting.filter((thing) => thing.kind === "photo").length, answers = waiting.length - photos;
  const said = [];
  if (photos + answers + working) said.push(`待上传：${[photos + working ? `${photos + working} 张照片` : "", answers ? `${answers} 条核查` : ""].filter(Boolean).join("、")}。`);
  if (waiting.length && trouble === "login") said.push("登录已经结束，内容都在手机里，登录后自动继续。");
  else if (waiting.length && (trouble === "network" || !navigator.onLine)) said.push("现在没有网络，内容都在手机里，连上后自动继续。");
  if (loose.size) said.push("手机存储已满，或者浏览器不让保存：有内容没有存进手机，正在直接上传，传完以前请不要关闭这个页面；清理手机空间后再拍。");
  const refused = here.length - waiting.length;
  if (refused) said.push(`有 ${refused} 项没有收下，请看该项的说明。`);
  const elsewhere = new Set(mine.filter((thing) => thing.visit !== visit && !thing.draft && !thing.refused).map((thing) => thing.visit));
  if (elsewhere.size) said.push("另一次勘查还有内容没有传完：");
  const foreign = all.filter((thing) => thing.person !== person && !thing.draft && !thing.refused).length;
  if (foreign) said.push(`这台手机里还有 ${foreign} 项是别的账号拍的，请用那个账号登录后继续上传。`);
  bar.replaceChildren(said.join("") || "全部已保存。");
  if (waiting.length && trouble === "login") bar.append(" ", make("a", { className: "button small", href: `/signin?next=${encodeURIComponent(base)}` }, "去登录"));
  for (const other of elsewhere) bar.append(" ", make("a", { href: `/visits/${other}/place` }, "打开继续"));
  bar.hidden = !said.length && !bar.dataset.used;
  if (said.length) bar.dataset.used = "1";
  left = waiting.length + working;
  for (const part of place.querySelectorAll("[data-waiting]")) {
    part.hidden = !left;
    part.textContent = `还有 ${left} 项没有上传。请等“全部已保存”后再作结论，结论作出后不能再补。`;
  }
  return waiting;
}
const itemOf = (thing) => place.querySelector(`[data-task="${thing.task}"]${thing.position ? `[data-check="${thing.position}"]` : ":not([data-check])"}`);

async function draw(thing) {
  const list = itemOf(thing)?.querySelector("[data-shots]");
  if (!list) return null;
  let line = list.querySelector(`[data-photo="${thing.id}"]`);
  if (!line) {
    const canvas = make("canvas", { width: 224, height: 168 });
    line = make("li", {}, canvas, make("span", { className: "small" }, `拍摄 ${clock(thing.taken)}`), make("span", { className: "told" }));
    line.dataset.photo = thing.id;
    list.append(line);
    try {
      const picture = await createImageBitmap(thing.blob, { imageOrientation: "from-image" });
      const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
      const wide = picture.width * scale, high = picture.height * scale;
      canvas.getContext("2d").drawImage(picture, (canvas.width - wide) / 2, (canvas.height - high) / 2, wide, high);
      picture.close();
    } catch { canvas.hidden = true; }
  }
  return line;
}
async function photoState(thing, word, tone, mark, why = "") {
  const line = await draw(thing);
  if (!line) return;
  const told = line.querySelector(".told") ?? line.appendChild(make("span", { className: "told" }));
  told.replaceChildren(tag(word, tone, mark));
  if (!why) return;
  told.append(make("p", { className: "why" }, why));
  const again = make("button", { type: "button", className: "plain small" }, "再试"), away = make("button", { type: "button", className: "plain small" }, "删去");
  const save = make("a", { href: "#", download: thing.name, className: "small" }, "存到手机");
  again.onclick = async () => { delete thing.refused; await keep(thing); await photoState(thing, "待上传", "amber", "▲"); pump(); };
  away.onclick = async () => { await drop(thing.id); line.remove(); tell(); };
  save.onclick = () => { save.href = URL.createObjectURL(thing.blob); };
  told.append(again, " ", save, " ", away);
}

/* Answers: a tap on a button, or words that are left. */
const answerId = (task, position) => `${visit}/${task}/${position}/${person}`;
function answerState(thing, ...more) {
  const item = itemOf(thing), form = item?.querySelector("form[action$='/checks']");
  if (!form) return;
  for (const button of form.querySelectorAll("[name=answer]")) button.setAttribute("aria-pressed", String(button.value === thing.answer));
  const state = item.querySelector("[data-state]");
  state.replaceChildren(...(WORDS[thing.answer] ? [tag(...WORDS[thing.answer]), " "] : []), ...more);
  const part = item.closest("section"), all = part.querySelectorAll("[data-check]");
  const done = [...all].filter((one) => one.querySelector("[name=answer][aria-pressed=true]")).length;
  if (all.length) part.querySelector("[data-count]").textContent = `已填 ${done} / ${all.length}`;
}
const waitingState = (thing) => thing.draft ? "说明先存在手机里，请选“合格”“问题”或者“不适用”。" : tag("待上传", "amber", "▲");
async function put(form, answer) {
  const fields = new FormData(form), item = form.closest("[data-check]");
  const thing = {
    id: answerId(fields.get("task"), fields.get("position")), kind: "answer", visit, person, order: nextOrder(), task: fields.get("task"),
    position: fields.get("position"), remark: fields.get("remark"), version: fields.get("version"), answer, draft: !answer,
  };
  item.querySelector(".note.other")?.remove();
  answerState(thing, "…");
  await keep(thing);
  answerState(thing, waitingState(thing));
  pump();
}
const chosen = (form) => form.querySelector("[name=answer][aria-pressed=true]")?.value ?? "";
place.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.action.endsWith("/checks")) { event.preventDefault(); clearTimeout(typing.get(form)); put(form, event.submitter?.value || chosen(form)); }
  if (form.action.endsWith("/place/photos")) event.preventDefault();
  if ("conclusion" in form.dataset && left) {
    event.preventDefault();
    form.querySelector("[data-waiting]")?.scrollIntoView({ block: "center" });
  }
});
/* The problems put down are the first wording of the findings, until somebody has written there. */
place.addEventListener("input", (event) => { if (event.target.name === "findings") event.target.dataset.touched = "1"; });
function propose(section) {
  const findings = section?.querySelector("textarea[name=findings]");
  if (!findings || findings.dataset.touched || (findings.value !== (findings.dataset.proposed ?? findings.defaultValue))) return;
  findings.value = findings.dataset.proposed = [...section.querySelectorAll("[data-check]")]
    .filter((item) => item.querySelector("[value=problem][aria-pressed=true]") && item.querySelector("[name=remark]").value.trim())
    .map((item) => `${item.querySelector("[data-text]").textContent}：${item.querySelector("[name=remark]").value.trim()}`).join("\n");
}
/* Not at the very moment when the field is left: a line more would move the button from under the finger. */
const typing = new WeakMap();
const soon = (form) => { clearTimeout(typing.get(form)); typing.set(form, setTimeout(() => put(form, chosen(form)), 400)); };
for (const kind of ["input", "change"]) {
  place.addEventListener(kind, (event) => { if (event.target.name === "remark") soon(event.target.form); });
}
function contested(thing, told) {
  const item = itemOf(thing), form = item?.querySelector("form[action$='/checks']");
  if (!form) return;
  form.elements.version.value = told.line.version;
  answerState(told.line.answer ? { ...thing, answer: told.line.answer } : thing, `${told.line.by} ${told.line.at}`);
  const mine = make("button", { type: "button", className: "small" }, `改用我的：${WORDS[thing.answer][0]}`);
  const theirs = make("button", { type: "button", className: "small" }, "保留对方的");
  mine.onclick = () => { form.elements.remark.value = thing.remark; put(form, thing.answer); };
  theirs.onclick = async () => { form.elements.remark.value = told.line.remark; await drop(thing.id); item.querySelector(".note.other")?.remove(); tell(); };
  item.querySelector(".note.other")?.remove();
  const note = make("div", { className: "note amber other" }, make("p", {}, told.detail), make("div", { className: "row" }, mine, theirs));
  note.setAttribute("role", "alert");
  form.before(note);
}

/* Photos: made smaller here, kept, sent in the order in which they were taken. */
async function smaller(file) {
  let picture;
  try { picture = await createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return file; }
  const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
  if (scale >= 1 && file.size <= SMALL_ENOUGH) { picture.close(); return file; }
  const canvas = make("canvas", { width: Math.round(picture.width * Math.min(1, scale)), height: Math.round(picture.height * Math.min(1, scale)) });
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff"; brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  return made && made.size < file.size ? made : file;
}
place.addEventListener("change", async (event) => {
  const input = event.target, form = input.form;
  if (input.type !== "file" || !input.files.length) return;
  const files = [...input.files], fields = new FormData(form);
  input.value = "";
  working += files.length;
  tell();
  navigator.storage?.persist?.().catch(() => {});
  for (const file of files) {
    // The file as chosen is kept in memory only; what lies in the phone is what will be sent.
    const blob = new Blob([await (await smaller(file)).arrayBuffer()], { type: file.type });
    const thing = {
      id: newId(), kind: "photo", visit, person, order: nextOrder(), task: fields.get("task"), position: fields.get("position"),
      name: file.name, taken: file.lastModified && file.lastModified <= Date.now() ? file.lastModified : Date.now(), blob,
    };
    if (blob.size > most * 1048576) thing.refused = `“${file.name}”超过 ${most} MB，没有上传。请在相机里调低分辨率后重拍。`;
    await keep(thing);
    working -= 1;
    await (thing.refused ? photoState(thing, "没有收下", "red", "■", thing.refused) : photoState(thing, "待上传", "amber", "▲"));
    pump();
  }
});

/* Sending: one after the other; again after a while, when the network is back, when the page is looked at. */
let token = document.querySelector("input[name=_csrf_token]")?.value ?? "", started = false, running = false, again = 0, pause = 2000;
async function freshToken() {
  const answer = await fetch(base, { headers: { accept: "text/html" } });
  token = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("input[name=_csrf_token]")?.value ?? token;
}
function asked(thing) {
  const body = new FormData();
  for (const name of ["task", "position"]) body.set(name, thing[name]);
  body.set("_csrf_token", token);
  if (thing.kind === "answer") { for (const name of ["answer", "remark", "version"]) body.set(name, thing[name]); }
  else { body.set("id", thing.id); body.set("age", String(Math.max(0, Date.now() - thing.taken))); body.set("file", thing.blob, thing.name); }
  return fetch(`${base}/${thing.kind === "answer" ? "checks" : "photos"}`, {
    method: "POST", body: thing.kind === "answer" ? new URLSearchParams(body) : body, headers: { accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE),
  });
}
async function send(thing) {
  if (thing.kind === "photo") await photoState(thing, "正在上传", "blue", "↑");
  let answer = await asked(thing);
  if (answer.status === 403) { await freshToken(); answer = await asked(thing); }
  if (answer.status === 401) throw new Error("login");
  const told = await answer.json().catch(() => ({}));
  // What says neither yes nor no will be asked again; a refusal will not become an acceptance by itself.
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408 || (answer.ok && !(told.id || "version" in told))) throw new Error("network");
  const now = (await everything()).find((one) => one.id === thing.id);
  if (answer.ok && thing.kind === "answer") {
    const form = itemOf(thing)?.querySelector("form[action$='/checks']");
    if (form) form.elements.version.value = told.version;
    if (now && now.order !== thing.order) { await keep({ ...now, version: String(told.version) }); return; }
    await drop(thing.id);
    answerState(thing, `${told.by} ${told.at}`);
    propose(itemOf(thing)?.closest("section"));
  } else if (answer.ok) {
    await drop(thing.id);
    const line = await draw(thing), canvas = line?.querySelector("canvas");
    if (canvas && !canvas.closest("a")) { const link = make("a", { href: told.address, target: "_blank", rel: "noopener" }); canvas.replaceWith(link); link.append(canvas); }
    await photoState(thing, "已保存", "green", "✓");
  } else {
    thing.refused = told.detail ?? "没有收下，请刷新页面后再试。";
    await keep(thing);
    if (thing.kind === "photo") await photoState(thing, "没有收下", "red", "■", thing.refused);
    else if (told.line) contested(thing, told);
    else answerState(thing, tag("没有收下", "red", "■"), ` ${thing.refused}`);
  }
}
async function pump() {
  clearTimeout(again);
  if (running || !started) return;
  running = true;
  try {
    for (;;) {
      const thing = (await tell())[0];
      if (!thing) { trouble = ""; pause = 2000; break; }
      try { await send(thing); trouble = ""; pause = 2000; }
      catch (fault) {
        trouble = fault.message === "login" ? "login" : "network";
        if (thing.kind === "photo") await photoState(thing, "待上传", "amber", "▲");
        again = setTimeout(pump, pause);
        pause = Math.min(pause * 2, SLOWEST);
        break;
      }
    }
  } finally { running = false; }
  tell();
}
const hurry = () => { pause = 2000; pump(); };
addEventListener("online", hurry);
addEventListener("offline", () => tell());
addEventListener("pageshow", hurry);
document.addEventListener("visibilitychange", () => { if (!document.hidden) hurry(); });
addEventListener("beforeunload", (event) => { if (working || loose.size) event.preventDefault(); });

(async () => {
  for (const thing of await everything()) {
    if (thing.visit !== visit || thing.person !== person) continue;
    if (thing.kind === "photo") {
      // The page came with it: it has arrived, only the answer was lost.
      if (itemOf(thing)?.querySelector(`[data-photo="${thing.id}"]`)) { await drop(thing.id); continue; }
      await (thing.refused ? photoState(thing, "没有收下", "red", "■", thing.refused) : photoState(thing, "待上传", "amber", "▲"));
      continue;
    }
    const form = itemOf(thing)?.querySelector("form[action$='/checks']");
    if (!form) continue;
    form.elements.remark.value = thing.remark;
    if (thing.refused) { delete thing.refused; await keep(thing); }
    answerState(thing, waitingState(thing));
  }
  started = true;
  pump();
})();
})();
