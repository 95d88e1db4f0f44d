// What htmx and HTML alone cannot do: tell the truth about what is saved, try again when the
// server was away, and close menus. Everything works without this file, only less smoothly.
"use strict";
document.documentElement.classList.add("scripted");

const dirty = new Map(); // field key → the text on the page that the server has not acknowledged
const sent = new Map();  // field key → the texts that were sent last, the latest at the end
let pause = 1000;        // until the next try, growing while the server is away
let retry = 0;

const $ = (id) => document.getElementById(id);
const fieldOf = (el) => el.closest?.(".field[data-key]");
const savedBy = (key) => $("field-" + key)?.querySelector("[hx-put]");
const urlOf = (key) => savedBy(key)?.getAttribute("hx-put");

// The box of an answer, or the rows of a table, and the boxes in them. A list has both: what counts is the text in its hidden box.
const boxOf = (key) => document.querySelector(`[name="answer.${key}"]`);
const rowsOf = (key) => $("field-" + key)?.querySelector("[data-rows]");
const cells = (row) => [...row.querySelectorAll("input, select, textarea")];
const columnOf = (el) => el.name.split("].")[1];

// A field's answer as the server writes it down: a table is JSON, without empty cells and rows.
function textOf(key) {
  if (boxOf(key) || !rowsOf(key)) return boxOf(key)?.value ?? "";
  const rows = Array.from(rowsOf(key).children, (row) => {
    const filled = cells(row).filter((el) => el.value).map((el) => [columnOf(el), el.value]);
    return Object.fromEntries(filled.sort(([a], [b]) => (a < b ? -1 : 1)));
  }).filter((row) => Object.keys(row).length);
  return rows.length ? JSON.stringify(rows) : "";
}

const sending = (key) => sent.set(key, [...(sent.get(key) ?? []).slice(-4), textOf(key)]);
const isSent = (key) => sent.get(key)?.at(-1) === textOf(key);

function mark(key, cls, words) {
  Object.assign($("state-" + key)?.querySelector("output") ?? {}, { className: "saved " + cls, textContent: words });
}

// The header shows the worst there is: not saved, saving, saved.
function showState() {
  const out = $("saved"), waits = stuck(), calm = out?.className === "saved";
  if (!out || (!dirty.size && calm)) return;
  out.className = waits ? "saved waiting" : dirty.size ? "saved busy" : "saved";
  out.textContent = !dirty.size ? "All saved" : !waits ? "Saving…" : dirty.size > 1 ? dirty.size + " answers not saved yet" : "1 answer not saved yet";
}

document.addEventListener("input", (e) => {
  const key = fieldOf(e.target)?.dataset.key;
  if (!key || !e.target.name?.startsWith("answer.")) return;
  dirty.set(key, textOf(key));
  e.target.removeAttribute("aria-invalid");
  mark(key, "busy", "Typing…");
  showState();
});

// An autosave sends its own answer and revision, not the whole form.
document.addEventListener("htmx:configRequest", (e) => {
  const key = e.detail.elt.dataset?.key;
  if (!key) return;
  if (e.target.validity?.badInput) return e.preventDefault(); // a half-typed date is not an empty one
  // Leaving a box whose text is saved already, or waits for a choice, is nothing to send.
  const asked = $("conflict-" + key)?.querySelector(".conflict") && isSent(key);
  if (!dirty.has(key) || asked) return e.preventDefault();
  for (const name of [...e.detail.parameters.keys()]) {
    const own = name === "rev." + key || name === "answer." + key || name.startsWith("answer." + key + "[");
    if (!own) e.detail.parameters.delete(name);
  }
  sending(key);
  mark(key, "busy", "Saving…");
});

let leaving = new Map(); // what is given up when the section that was asked for comes, and not before
// Saves and swaps wait for each other in one queue, kept at #desk: at the form it would go with the form. A section
// opened over words that could not be saved asks first.
document.addEventListener("htmx:beforeRequest", (e) => {
  const { elt, target } = e.detail;
  if (target?.id !== "main") return;
  if (elt.id === "section-form") for (const key of dirty.keys()) sending(key);
  else if (dirty.size && !confirm("Some answers are not saved yet, and would be lost. Go on all the same?")) e.preventDefault();
  else leaving = new Map(dirty);
});
// Leaving with words that could not be saved asks first; words of the last moment are sent along.
const stuck = () => document.querySelector(".state .saved.waiting, .state .saved.error");
window.addEventListener("beforeunload", (e) => { if (dirty.size && stuck()) e.preventDefault(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) again(); });
window.addEventListener("pagehide", () => {
  for (const key of dirty.keys()) {
    const boxes = $("field-" + key)?.querySelectorAll("[name]:not(button)") ?? [], url = urlOf(key);
    const body = new URLSearchParams(Array.from(boxes, (el) => [el.name, el.value]));
    if (url) fetch(url, { method: "PUT", body, keepalive: true, headers: { "HX-Request": "true" } });
  }
});
document.addEventListener("submit", (e) => { if (e.target.id === "section-form" && !window.htmx) dirty.clear(); });

// Words typed while a swap was on its way are not swapped away: they are saved first, or put back.
let typedOn = [], was = null;
const path = () => $("section-form")?.getAttribute("action");
document.addEventListener("htmx:beforeSwap", (e) => {
  const { target, xhr, requestConfig: { elt } } = e.detail;
  if (target?.id !== "main") return;
  typedOn = [];
  const { activeElement: el } = document, open = Array.from(document.querySelectorAll(".arrange > details[open]"), (d) => d.id);
  was = { path: path(), open, id: el.id, name: el.name, at: [...document.getElementsByName(el.name)].indexOf(el) };
  if (elt.id === "section-form") {
    for (const key of dirty.keys()) if (!isSent(key)) typedOn.push([key, textOf(key)]);
    if (xhr.status < 300) dirty.clear();
  } else if (xhr.status < 300) {
    for (const [key, text] of leaving) if (textOf(key) === text) dirty.delete(key);
    if (!dirty.size) return;
    e.detail.shouldSwap = false;
    again();
    if (elt.matches("#outline a")) elt.click();
  }
});
document.addEventListener("htmx:afterRequest", (e) => {
  const { elt, xhr } = e.detail;
  const key = elt.dataset?.key;
  if (!key) return;
  if (xhr.status >= 200 && xhr.status < 300) saved(key);
  else if (xhr.status === 409) settle(key);
  else if (xhr.status !== 422) later(key, xhr);
  showState();
});

function saved(key) {
  pause = 1000;
  grow();
  if (isSent(key)) dirty.delete(key);
  else mark(key, "busy", "Typing…"); // typed on meanwhile; the next save is on its way
  $("conflict-" + key)?.replaceChildren();
}

// A reply that got lost looks like a conflict with oneself: then "theirs" is what this page sent before. Of a long text there is only its
// hash, which browsers can make where the line is safe.
async function settle(key) {
  const box = $("conflict-" + key)?.querySelector(".conflict"), rev = $("state-" + key)?.querySelector("input"), raw = box?.querySelector(".raw");
  const earlier = sent.get(key)?.slice(0, -1) ?? [];
  const known = raw ? earlier.includes(raw.textContent) : (await Promise.all(earlier.map(hashOf))).includes(box?.dataset.rev.split(".")[1]);
  if (!known || !rev || !box.isConnected) return;
  rev.value = box.dataset.rev;
  $("conflict-" + key).replaceChildren();
  send(key);
}
async function hashOf(text) {
  const sum = await crypto.subtle?.digest("SHA-256", new TextEncoder().encode(text));
  return sum && btoa(String.fromCharCode(...new Uint8Array(sum, 0, 12))).replaceAll("+", "-").replaceAll("/", "_");
}
document.addEventListener("htmx:oobBeforeSwap", (e) => {
  const { target, fragment } = e.detail, active = document.activeElement;
  const known = (what, value) => target.querySelector(what) && value(target.querySelector(what)) === value(fragment.querySelector(what) ?? {});
  if (target.matches(".field")) { // what another tab changed comes, but not over what is typed here or into a cell that could not be found again
    const typed = dirty.has(target.dataset.key) || (target.contains(active) && !active.id);
    if (typed || known(".state input", (el) => el.value)) e.detail.shouldSwap = false;
  } else if (known(".conflict", (el) => el.dataset?.rev)) e.detail.shouldSwap = false; // a button that is being pressed must not go
});

function send(key) { if (savedBy(key)) htmx.trigger(savedBy(key), "change"); }

// The server is away or full: the words stay, and saving goes on by itself with growing pauses.
function later(key, xhr) {
  const status = xhr.status;
  const why = status === 507 ? "the server’s disk is full" : status === 503 ? "the server cannot save just now" : status === 413 ? "there is no room for it" : status === 429 ? "too much at once" : status === 404 ? "this question or the session is gone" : status ? "the server had a problem" : "no connection";
  mark(key, "waiting", "Not saved yet: " + why + ". Your text stays here" + (status === 404 ? "; copy it." : " and is saved when it can be."));
  if (status === 404 || status === 403) return;
  clearTimeout(retry);
  retry = setTimeout(again, Math.max(pause, 1000 * (+xhr.getResponseHeader("Retry-After") || 0)));
  pause = Math.min(pause * 2, 30000);
}
function again() { for (const key of dirty.keys()) send(key); }
window.addEventListener("online", again);

document.addEventListener("htmx:afterSettle", (e) => {
  const { target, requestConfig } = e.detail, lost = document.activeElement === document.body;
  for (const [key, text] of typedOn.splice(0)) if ($("box-" + key)) fill(key, text);
  // What was opened for arranging a section stays open, and the focus stays where it was, or goes to the heading if that is gone.
  if (was?.path === path()) for (const id of was.open) if ($(id)) $(id).open = true;
  if (was && lost) ($(was.id) ?? document.getElementsByName(was.name)[was.at] ?? document.querySelector("#main h1"))?.focus({ preventScroll: true });
  else if (lost) $({ "card-name": "rename", attached: "attached-title" }[target?.id])?.focus(); // the card got another name, or a file went
  was = null;
  showState();
  if (target?.id === "main") here();
  if (target?.id === "main" && requestConfig?.verb !== "get") grow(true);
  point();
});
function type(box, text, as = "input") {
  box.value = text;
  box.dispatchEvent(new Event(as, { bubbles: true }));
}

// The navigation stays when a section is opened, so that a click on it is never lost; only its mark moves.
function here() {
  for (const a of document.querySelectorAll("#outline a[data-section]")) a.ariaCurrent = a.dataset.section === $("main").dataset.section ? "true" : null;
  if ($("here")) $("here").textContent = $("main").querySelector("h1").textContent;
  document.querySelector("details.outline")?.removeAttribute("open");
}

// The card as its readers see it, beside the form: after a save the section that changed, after a change of the card's structure all of
// it, and always scrolled to the section that is being edited.
const shown = () => $("reader")?.checkVisibility() && $("read");
function grow(all) {
  if (!shown()) return;
  const section = all ? "" : $("main").dataset.section;
  htmx.ajax("GET", $("reader").dataset.url + encodeURIComponent(section), { source: "#reader", target: all ? $("reader") : $("read-" + section), swap: all ? "innerHTML" : "outerHTML" });
}
function point() {
  if (!shown()) return;
  const here = $("read-" + $("main").dataset.section);
  for (const s of document.querySelectorAll("#reader section.here")) s.classList.remove("here");
  here?.classList.add("here");
  if (here) $("reader").scrollTo({ top: here.offsetTop - $("reader").offsetTop - 20 });
}
// Keys: save, go to the next or the previous section or question, find, close a menu, and what keys there are.
document.addEventListener("keydown", (e) => {
  const control = e.ctrlKey || e.metaKey, step = e.altKey && { PageDown: 1, PageUp: -1 }[e.key], menu = document.querySelector("details:is(.menu, .rename)[open]");
  if (control && e.key === "s") $("save")?.click();
  else if (control && e.shiftKey && e.key === "F" && $("find")) {
    $("find").closest("details").open = true;
    $("find").focus();
  } else if (step && e.shiftKey) {
    const all = [...document.querySelectorAll("#section-form [id^=box-]")];
    all[all.findIndex((el) => fieldOf(el) === fieldOf(e.target)) + step]?.focus();
  } else if (step) {
    const all = [...document.querySelectorAll("#outline a[data-section]")];
    all[all.findIndex((a) => a.matches("[aria-current]")) + step]?.click();
  } else if (e.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (e.key === "?" && !e.target.matches("input, textarea, select")) $("keys")?.showModal();
  else return;
  if (control && $("desk")) e.preventDefault();
});

// Whatever comes: times in the visitor's own zone.
document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  for (const t of elt.querySelectorAll("time[datetime]")) {
    const at = new Date(t.dateTime);
    if (/UTC$/.test(t.textContent)) t.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    t.title = at.toLocaleString();
  }
});

document.addEventListener("click", (e) => {
  if (e.target.closest("[data-print]")) print();
  e.target.closest("[data-close]")?.parentElement.remove();
  for (const menu of document.querySelectorAll("details.menu[open], details.rename[open]")) if (!menu.contains(e.target)) menu.open = false;
});
// A file that is too large is refused before it is sent.
document.addEventListener("change", (e) => {
  const most = +e.target.dataset?.most, size = e.target.files?.[0]?.size ?? e.target.value?.length;
  if (!most) return;
  e.target.setCustomValidity(size > most ? `This is larger than ${Math.round(most / 1048576)} MB, the most this server takes.` : "");
  e.target.reportValidity();
});

// What was just done is said once, not again on a reload.
if (/[?&](done|imported)=/.test(location.search)) history.replaceState(history.state, "", location.pathname + location.hash);
