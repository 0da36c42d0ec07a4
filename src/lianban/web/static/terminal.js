// The screen at the counter: home again when nobody touches it, and at once when somebody is invited.
"use strict";
const { home, state, seconds } = document.documentElement.dataset;
const resting = document.body.classList.contains("rest");
let left = Number(seconds);
for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { left = Number(seconds); });
setInterval(async () => {
  left -= 1;
  if (!resting) {
    if (left <= 0) location.replace(home);
    return;
  }
  if (location.pathname !== home) {
    if (left <= 0) location.replace(home);
    return;
  }
  if (left % 2) return;
  try {
    const answer = await fetch(home + "/state", { cache: "no-store" });
    if (answer.ok && (await answer.json()).state !== state) location.replace(home);
  } catch { /* The network is away for a moment: ask again. */ }
}, 1000);
