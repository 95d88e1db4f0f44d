// What htmx and HTML alone cannot do: tell the truth about what is saved, try again when the
// server was away, and close menus. Everything works without this file, only less smoothly.
"use strict";
document.documentElement.classList.add("scripted");

const dirty = new Map(); // field key → the text on the page that the server has not acknowledged
const sent = new Map();  // field key → the texts that were sent last, the latest at the end
let pause = 1000;        // until the next try, growing while the server is away
let retry = 0;

const on = (types, act, early) => types.split(" ").forEach((type) => document.addEventListener(type, act, early));
const $ = (id) => document.getElementById(id);
const fieldOf = (el) => el.closest?.(".field[data-key]");
const conflictOf = (key) => $("conflict-" + key)?.querySelector(".conflict");
const savedBy = (key) => $("field-" + key)?.querySelector("[hx-put]");
const urlOf = (key) => savedBy(key)?.getAttribute("hx-put");
const links = () => [...document.querySelectorAll("#outline a[data-section]")];
const path = () => $("section-form")?.getAttribute("action");
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
// type puts a text into a box as if it were typed.
function type(box, text, as = "input") {
  box.value = text;
  box.dispatchEvent(new Event(as, { bubbles: true }));
}

const sending = (key) => sent.set(key, [...(sent.get(key) ?? []).slice(-4), textOf(key)]);
const isSent = (key) => sent.get(key)?.at(-1) === textOf(key);
const send = (key) => savedBy(key) && htmx.trigger(savedBy(key), "change");
const again = () => dirty.forEach((_, key) => send(key));
const mark = (key, cls, textContent) => Object.assign($("state-" + key)?.querySelector("output") ?? {}, { className: "saved " + cls, textContent });

// The header shows the worst there is: not saved, saving, saved.
const stuck = () => document.querySelector(".state .saved.waiting, .state .saved.error");
function showState() {
  const out = $("saved"), n = dirty.size;
  if (!out || (!n && out.className === "saved")) return;
  out.className = stuck() ? "saved waiting" : n ? "saved busy" : "saved";
  out.textContent = !n ? "All saved" : !stuck() ? "Saving…" : n > 1 ? n + " answers not saved yet" : "1 answer not saved yet";
}

on("input", ({ target }) => {
  const key = fieldOf(target)?.dataset.key;
  if (!key || !target.name?.startsWith("answer.")) return;
  dirty.set(key, textOf(key));
  target.removeAttribute("aria-invalid");
  mark(key, "busy", "Typing…");
  showState();
  draft(key);
});

// An autosave sends its own answer and revision, not the whole form.
on("htmx:configRequest", (e) => {
  const { elt, parameters } = e.detail, key = elt.dataset?.key;
  if (!key) return;
  // A half-typed date is not an empty one; leaving a box whose text is saved already, or waits for a choice, is nothing to send.
  if (e.target.validity?.badInput || !dirty.has(key) || (conflictOf(key) && isSent(key))) return e.preventDefault();
  for (const name of [...parameters.keys()]) if (!["rev." + key, "answer." + key].includes(name.split("[")[0])) parameters.delete(name);
  sending(key);
  mark(key, "busy", "Saving…");
});

let leaving = new Map(); // what is given up when the section that was asked for comes, and not before
// Saves and swaps wait for each other in one queue, kept at #desk: at the form it would go with the form. A section
// opened over words that could not be saved asks first.
on("htmx:beforeRequest", (e) => {
  const { elt, target } = e.detail;
  if (target?.id !== "main") return;
  if (elt.id === "section-form") dirty.forEach((_, key) => sending(key));
  else if (!dirty.size || confirm("Some answers are not saved yet, and would be lost. Go on all the same?")) leaving = new Map(dirty);
  else e.preventDefault();
});
// Leaving with words that could not be saved asks first; words of the last moment are sent along.
window.addEventListener("beforeunload", (e) => dirty.size && stuck() && e.preventDefault());
window.addEventListener("online", again);
on("visibilitychange", () => document.hidden && again());
window.addEventListener("pagehide", () => dirty.forEach((_, key) => {
  const boxes = $("field-" + key)?.querySelectorAll("[name]:not(button)") ?? [];
  const body = new URLSearchParams(Array.from(boxes, (el) => [el.name, el.value]));
  if (urlOf(key)) fetch(urlOf(key), { method: "PUT", body, keepalive: true, headers: { "HX-Request": "true" } });
}));
on("submit", (e) => e.target.id === "section-form" && !window.htmx && dirty.clear());

// Words typed while a swap was on its way are not swapped away: they are saved first, or put back.
let typedOn = [], was = null;
on("htmx:beforeSwap", (e) => {
  const { target, xhr, requestConfig: { elt } } = e.detail, { activeElement: at } = document, saves = elt.id === "section-form";
  if (target?.id !== "main") return;
  const open = Array.from(document.querySelectorAll(".arrange > details[open]"), (d) => d.id);
  was = { path: path(), open, id: at.id, name: at.name, nth: [...document.getElementsByName(at.name)].indexOf(at) };
  typedOn = saves ? [...dirty.keys()].filter((key) => !isSent(key)).map((key) => [key, textOf(key)]) : [];
  if (xhr.status >= 300) return;
  if (saves) return dirty.clear();
  for (const [key, text] of leaving) if (textOf(key) === text) dirty.delete(key);
  if (!dirty.size) return;
  e.detail.shouldSwap = false;
  again();
  if (elt.matches("#outline a")) elt.click();
});
on("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
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
  $("conflict-" + key)?.replaceChildren();
  if (!isSent(key)) return mark(key, "busy", "Typing…"); // typed on meanwhile; the next save is on its way
  dirty.delete(key);
  store?.removeItem(nameOf(desk().card, key));
}

// A reply that got lost looks like a conflict with oneself: then "theirs" is what this page sent before. Of a long text there is only its
// hash, which browsers can make where the line is safe.
async function settle(key) {
  const box = conflictOf(key), raw = box?.querySelector(".raw"), earlier = sent.get(key)?.slice(0, -1) ?? [], rev = box?.dataset.rev;
  const known = raw ? earlier.includes(raw.textContent) : (await Promise.all(earlier.map(hashOf))).includes(rev?.split(".")[1]);
  if (!known || !box?.isConnected) return;
  $("state-" + key).querySelector("input").value = rev;
  $("conflict-" + key).replaceChildren();
  send(key);
}
async function hashOf(text) {
  const sum = await crypto.subtle?.digest("SHA-256", new TextEncoder().encode(text));
  return sum && btoa(String.fromCharCode(...new Uint8Array(sum, 0, 12))).replaceAll("+", "-").replaceAll("/", "_");
}
on("htmx:oobBeforeSwap", (e) => {
  const { target, fragment } = e.detail, active = document.activeElement, { key } = target.dataset;
  const same = (what, value) => target.querySelector(what) && value(target.querySelector(what)) === value(fragment.querySelector(what) ?? {});
  // What another tab changed comes, but not over what is typed here or into a cell that could not be found again.
  const typed = dirty.has(key) || (target.contains(active) && !active.id);
  if (target.matches(".field") && (typed || same(".state input", (el) => el.value))) e.detail.shouldSwap = false;
  if (same(".conflict", (el) => el.dataset?.rev)) e.detail.shouldSwap = false; // a button that is being pressed must not go
});

// The server is away or full: the words stay, and saving goes on by itself with growing pauses.
const whys = {
  0: "no connection", 404: "this question or the session is gone", 413: "there is no room for it", 429: "too much at once",
  503: "the server cannot save just now", 507: "the server’s disk is full",
};
function later(key, xhr) {
  const gone = xhr.status === 404, why = whys[xhr.status] ?? "the server had a problem", wait = +xhr.getResponseHeader("Retry-After") || 0;
  mark(key, "waiting", `Not saved yet: ${why}. Your text stays here${gone ? "; copy it." : " and is saved when it can be."}`);
  if (gone) return showLost();
  if (xhr.status === 403) return;
  clearTimeout(retry);
  retry = setTimeout(again, Math.max(pause, 1000 * wait));
  pause = Math.min(pause * 2, 30000);
}

on("htmx:afterSettle", ({ detail: { target, requestConfig } }) => {
  const lost = document.activeElement === document.body;
  for (const [key, text] of typedOn.splice(0)) if ($("field-" + key)) fill(key, text);
  // What was opened for arranging a section stays open, and the focus stays where it was, or goes to the heading if that is gone.
  if (was?.path === path()) for (const id of was.open) if ($(id)) $(id).open = true;
  const place = was ? $(was.id) ?? document.getElementsByName(was.name)[was.nth] ?? document.querySelector("#main h1")
    : $({ "card-name": "rename", attached: "attached-title" }[target?.id]); // the card got another name, or a file went
  if (lost) place?.focus({ preventScroll: !!was });
  was = null;
  showState();
  if (target?.id === "main") here();
  if (target?.id === "main" && requestConfig?.verb !== "get") grow(true);
  point();
  offer();
});

// The navigation stays when a section is opened, so that a click on it is never lost; only its mark moves.
function here() {
  for (const a of links()) a.ariaCurrent = a.dataset.section === $("main").dataset.section ? "true" : null;
  if ($("here")) $("here").textContent = $("main").querySelector("h1").textContent;
  document.querySelector("details.outline")?.removeAttribute("open");
}

// The card as its readers see it, beside the form: after a save the section that changed, after a change of the card's structure all of
// it, and always scrolled to the section that is being edited.
const shown = () => $("reader")?.checkVisibility() && $("read");
function grow(all) {
  const section = all ? "" : $("main").dataset.section, target = all ? "#reader" : $("read-" + section);
  const url = $("reader")?.dataset.url + encodeURIComponent(section);
  if (shown()) htmx.ajax("GET", url, { source: "#reader", target, swap: all ? "innerHTML" : "outerHTML" });
}
function point() {
  const place = shown() && $("read-" + $("main").dataset.section);
  for (const s of document.querySelectorAll("#reader section")) s.classList.toggle("here", s === place);
  if (place) $("reader").scrollTo({ top: place.offsetTop - $("reader").offsetTop - 20 });
}

// Keys: save, go to the next or the previous section or question, find, close a menu, and what keys there are.
const near = (all, isHere, step) => all[all.findIndex(isHere) + step];
on("keydown", (e) => {
  const { key, target, shiftKey } = e, control = e.ctrlKey || e.metaKey, step = e.altKey && { PageDown: 1, PageUp: -1 }[key];
  const menu = document.querySelector("details:is(.menu, .rename)[open]"), boxes = document.querySelectorAll("#section-form [id^=box-]");
  if (control && key === "s") $("save")?.click();
  else if (control && shiftKey && key === "F" && $("find")) {
    $("find").closest("details").open = true;
    $("find").focus();
  } else if (step && shiftKey) near([...boxes], (el) => fieldOf(el) === fieldOf(target), step)?.focus();
  else if (step) near(links(), (a) => a.ariaCurrent, step)?.click();
  else if (key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (key === "?" && !target.matches("input, textarea, select")) $("keys")?.showModal();
  else return;
  if (control && $("desk")) e.preventDefault();
});

// Whatever comes: times in the visitor's own zone.
on("htmx:load", ({ detail: { elt } }) => elt.querySelectorAll("time[datetime]").forEach((t) => {
  const at = new Date(t.dateTime);
  if (/UTC$/.test(t.textContent)) t.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  t.title = at.toLocaleString();
}));

on("click", ({ target }) => {
  if (target.closest("[data-print]")) print();
  target.closest("[data-close]")?.parentElement.remove();
  for (const menu of document.querySelectorAll("details:is(.menu, .rename)[open]")) if (!menu.contains(target)) menu.open = false;
});
// A file that is too large is refused before it is sent.
on("change", ({ target }) => {
  const most = +target.dataset?.most, size = target.files?.[0]?.size ?? target.value?.length;
  if (!most) return;
  target.setCustomValidity(size > most ? `This is larger than ${Math.round(most / 1048576)} MB, the most this server takes.` : "");
  target.reportValidity();
});

// What was just done is said once, not again on a reload.
if (/[?&](done|imported)=/.test(location.search)) history.replaceState(history.state, "", location.pathname + location.hash);
