/* Keeps a page as the server knows it, without a reload.

   <div id="board" data-live="1000" data-live-from="/the/same/page" data-live-tag="…">

   asks for the page again that many milliseconds after each answer, while somebody can see it. A
   server with nothing new answers 304. A new page is laid over the old one part by part: what is
   equal is not touched and children are told apart by their ids, so that focus, typed text and
   opened details stay. Without script the page shows what was true when it was loaded.

   data-kept        a part of the browser's own, never changed: #…-news and #…-lost
   data-steady      its children keep their places while somebody points at them or is inside
   data-news        when this word changes, the element's data-told is read out politely
   data-countdown   a number of seconds that runs down by itself */

const SETTLING = 700; // milliseconds in which moved rows take no press: it was meant for others
const LOST_AFTER = 3; // questions without an answer
const TOLD_AT_MOST = 3; // changes at once; the headings sum the rest up

const root = document.querySelector("[data-live]");
const news = document.getElementById(`${root.id}-news`);
const lost = document.getElementById(`${root.id}-lost`);
let tag = `W/"${root.dataset.liveTag}"`;
let unanswered = 0;
let asking = false;
let timer = 0;

/** Ask for the page, and lay it over this one if it is another by now. */
async function look() {
  const answer = await fetch(root.dataset.liveFrom, {
    headers: { "If-None-Match": tag },
    cache: "no-store",
  });
  if (answer.status === 304) return;
  if (answer.redirected || [401, 403, 404].includes(answer.status)) return location.reload();
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(root.id);
  if (!fresh) return location.reload();
  tag = answer.headers.get("ETag");
  const before = words();
  keepFocus(() => layChildren(root, fresh));
  tell(before);
}

async function beat() {
  if (asking) return;
  asking = true;
  if (!document.hidden) {
    unanswered = await look().then(() => 0, () => unanswered + 1);
    if (lost) lost.hidden = unanswered < LOST_AFTER;
  }
  asking = false;
  timer = setTimeout(beat, Number(root.dataset.live));
}

/** Lay one node over another, and return the one that is to stand there. */
function lay(old, fresh) {
  if (old.isEqualNode(fresh) || isKept(old)) return old;
  if (old.nodeType !== Node.ELEMENT_NODE) return document.importNode(fresh, true);
  const stays = (name) => fresh.hasAttribute(name) || (name === "open" && old.nodeName === "DETAILS");
  for (const { name } of [...old.attributes]) if (!stays(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  layChildren(old, fresh);
  return old;
}

function layChildren(old, fresh) {
  const present = [...old.childNodes];
  const spare = new Set(present);
  const wanted = [...fresh.childNodes].map((one) => {
    const same = [...spare].find((other) => isSame(other, one));
    spare.delete(same);
    return same ? lay(same, one) : document.importNode(one, true);
  });
  arrange(old, isSteady(old) ? inPlace(present, wanted) : wanted);
}

/** Keep who stands there in their places, and put newcomers last. */
function inPlace(present, wanted) {
  const here = new Set(wanted);
  const staying = present.filter((one) => here.has(one));
  return [...staying, ...wanted.filter((one) => !staying.includes(one))];
}

function arrange(parent, wanted) {
  let next = parent.firstChild;
  let moved = false;
  for (const one of wanted) {
    if (one === next) {
      next = next.nextSibling;
    } else {
      moved ||= next?.nodeType === Node.ELEMENT_NODE;
      parent.insertBefore(one, next);
    }
  }
  while (next) {
    const gone = next;
    next = gone.nextSibling;
    moved ||= gone.nodeType === Node.ELEMENT_NODE;
    gone.remove();
  }
  if (moved && "steady" in parent.dataset) settle(parent);
}

/** Take no press for a moment: whoever aimed at a row did not mean the one that came there. */
function settle(parent) {
  parent.classList.add("settling");
  setTimeout(() => parent.classList.remove("settling"), SETTLING);
}

function isSame(old, fresh) {
  return old.nodeName === fresh.nodeName && (old.id ?? "") === (fresh.id ?? "");
}

function isKept(node) {
  const typed = node.nodeName === "TEXTAREA" || (node.nodeName === "INPUT" && node.type !== "hidden");
  const busy = typed && (node === document.activeElement || node.value !== node.defaultValue);
  return busy || "kept" in (node.dataset ?? {});
}

function isSteady(node) {
  return "steady" in node.dataset && node.matches(":hover, :focus-within");
}

/** Do it, and put the focus back; where its button is gone, on the name of the row. */
function keepFocus(work) {
  const focus = document.activeElement;
  const row = focus.closest("tr");
  work();
  if (document.activeElement === focus) return;
  const same = focus.isConnected ? focus : document.getElementById(focus.id || " ");
  (same ?? document.getElementById(row?.id ?? "")?.querySelector("th"))?.focus({ preventScroll: true });
}

function words() {
  const rows = root.querySelectorAll("[data-news]");
  return new Map([...rows].map((one) => [one.id, one.dataset.news]));
}

function tell(before) {
  const rows = [...root.querySelectorAll("[data-news]")];
  const changed = rows.filter((one) => before.get(one.id) !== one.dataset.news);
  for (const one of changed) one.classList.add("is-news");
  const told = changed.slice(0, TOLD_AT_MOST).map((one) => one.dataset.told);
  if (news && told.length) news.textContent = told.join("; ");
}

function countDown() {
  for (const one of root.querySelectorAll("[data-countdown]")) {
    one.textContent = String(Math.max(Number(one.textContent) - 1, 0));
  }
}

root.classList.add("is-live");
timer = setTimeout(beat, Number(root.dataset.live));
setInterval(countDown, 1000);
document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  beat();
});
