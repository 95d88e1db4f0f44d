// What htmx and HTML alone cannot do: tell the truth about what is saved, try again when the
// server was away, grow tables, and close menus. Everything works without this file, only less smoothly.
"use strict";
document.documentElement.classList.add("scripted");

const dirty = new Map(); // field key → the text on the page that the server has not acknowledged
const sent = new Map();  // field key → the text that was sent last
let pause = 1000;        // until the next try, growing while the server is away
let retry = 0;

const $ = (id) => document.getElementById(id);
const fieldOf = (el) => el.closest?.(".field[data-key]");

// A field's answer as the server writes it down: a table is JSON, without empty cells and rows.
function textOf(key) {
  const body = $("field-" + key)?.querySelector("table.rows tbody");
  if (!body) return $("box-" + key)?.value ?? "";
  const rows = Array.from(body.rows, (tr) => {
    const cells = Array.from(tr.querySelectorAll("[name]"), (el) => [el.name.split("].")[1], el.value]);
    return Object.fromEntries(cells.filter(([, v]) => v).sort(([a], [b]) => (a < b ? -1 : 1)));
  }).filter((row) => Object.keys(row).length);
  return rows.length ? JSON.stringify(rows) : "";
}

function mark(key, cls, words) {
  const out = $("state-" + key)?.querySelector("output");
  if (!out) return;
  out.className = "saved " + cls;
  out.textContent = words;
}

// The header shows the worst there is: not saved, saving, saved.
function header(cls, words) {
  const out = $("saved");
  if (!out) return;
  out.className = "saved " + cls;
  if (words) out.textContent = words;
}
function showState() {
  if (stuck()) {
    header("waiting", dirty.size > 1 ? dirty.size + " answers not saved yet" : "1 answer not saved yet");
  } else if (dirty.size) header("busy", "Saving…");
  else if ($("saved")?.className !== "saved") header("", "All saved");
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
  const asked = $("conflict-" + key)?.querySelector(".conflict") && textOf(key) === sent.get(key);
  if (!dirty.has(key) || asked) return e.preventDefault();
  for (const name of [...e.detail.parameters.keys()]) {
    const own = name === "rev." + key || name === "answer." + key || name.startsWith("answer." + key + "[");
    if (!own) e.detail.parameters.delete(name);
  }
  sent.set(key, textOf(key));
  mark(key, "busy", "Saving…");
});

let leaving = new Map(); // what is given up when the section that was asked for comes, and not before
// Saves and swaps wait for each other in one queue, kept at #desk: at the form it would go with the form. A section
// opened over words that could not be saved asks first.
document.addEventListener("htmx:beforeRequest", (e) => {
  const { elt, target } = e.detail;
  if (target?.id !== "main") return;
  if (elt.id === "section-form") for (const key of dirty.keys()) sent.set(key, textOf(key));
  else if (dirty.size && !confirm("Some answers are not saved yet, and would be lost. Go on all the same?")) e.preventDefault();
  else leaving = new Map(dirty);
});
// Leaving with words that could not be saved asks first; words of the last moment are sent along.
const stuck = () => document.querySelector(".state .saved.waiting, .state .saved.error");
window.addEventListener("beforeunload", (e) => { if (dirty.size && stuck()) e.preventDefault(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) again(); });
window.addEventListener("pagehide", () => {
  for (const key of dirty.keys()) {
    const field = $("field-" + key), body = new URLSearchParams();
    for (const el of field?.querySelectorAll("[name]") ?? []) body.append(el.name, el.value);
    const url = field?.querySelector("[hx-put]")?.getAttribute("hx-put");
    if (url) fetch(url, { method: "PUT", body, keepalive: true, headers: { "HX-Request": "true" } });
  }
});
document.addEventListener("submit", (e) => { if (e.target.id === "section-form" && !window.htmx) dirty.clear(); });

// Words typed while a swap was on its way are not swapped away: they are saved first, or put back.
let typedOn = [];
document.addEventListener("htmx:beforeSwap", (e) => {
  const { target, xhr, requestConfig: { elt } } = e.detail;
  if (target?.id !== "main") return;
  typedOn = [];
  if (elt.id === "section-form") {
    for (const key of dirty.keys()) if (textOf(key) !== sent.get(key)) typedOn.push([key, $("box-" + key)?.value]);
    if (xhr.status < 300) dirty.clear();
  } else if (xhr.status < 300) {
    for (const [key, text] of leaving) if (textOf(key) === text) dirty.delete(key);
    if (!dirty.size) return;
    e.detail.shouldSwap = false;
    again();
    if (elt.matches("#outline a")) elt.click();
  }
});
document.addEventListener("htmx:afterSettle", () => {
  for (const [key, text] of typedOn.splice(0)) {
    const box = $("box-" + key);
    if (!box || text === undefined) continue;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
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
  if (textOf(key) === sent.get(key)) dirty.delete(key);
  else mark(key, "busy", "Typing…"); // typed on meanwhile; the next save is on its way
  const place = $("conflict-" + key);
  if (place) place.textContent = "";
}

// A reply that got lost looks like a conflict with oneself: then "theirs" is what this page sent before.
const past = new Map(); // field key → the last texts sent
document.addEventListener("htmx:beforeSend", (e) => {
  const key = e.detail.elt.dataset?.key;
  if (key) past.set(key, [...(past.get(key) ?? []).slice(-4), textOf(key)]);
});
function settle(key) {
  const box = $("conflict-" + key)?.querySelector(".conflict"), rev = $("state-" + key)?.querySelector("input");
  if (!box || !rev || !past.get(key)?.slice(0, -1).includes(box.querySelector(".raw").textContent)) return;
  rev.value = box.dataset.rev;
  $("conflict-" + key).textContent = "";
  send(key);
}
// The same conflict once more is not swapped: a button that is being pressed must not go.
document.addEventListener("htmx:oobBeforeSwap", (e) => {
  const shown = e.detail.target.querySelector?.(".conflict"), come = e.detail.fragment?.querySelector?.(".conflict");
  if (shown && come && shown.dataset.rev === come.dataset.rev) e.detail.shouldSwap = false;
});

function send(key) {
  const el = $("field-" + key)?.querySelector("[hx-put]");
  if (el) htmx.trigger(el, "change");
}

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

// What another tab changed shows here when this one is looked at again, but for what is typed here and not saved.
let looking = false;
async function catchUp() {
  const form = path(), ask = (url) => fetch(url, { headers: { "HX-Request": "true" } }).then((r) => (r.ok ? r.text() : ""), () => "");
  if (!form || looking || document.hidden) return;
  looking = true;
  for (const line of (await ask(form + "/revs")).split("\n")) {
    const [key, rev] = line.split(" ");
    const stands = () => path() === form && !dirty.has(key) && $("state-" + key)?.querySelector("input").value;
    const was = stands(), url = $("field-" + key)?.querySelector("[hx-put]")?.getAttribute("hx-put");
    if (!was || was === rev || !url) continue;
    const field = await ask(url);
    if (field && stands() === was && !field.includes(`value="${was}"`)) refresh(key, field);
  }
  looking = false;
}
function refresh(key, field) { // the cursor stays where it was
  const { id, selectionStart: from, selectionEnd: to } = document.activeElement, inside = $("field-" + key).contains(document.activeElement);
  if (inside && !id) return; // a cell that could not be found again
  htmx.swap($("field-" + key), field, { swapStyle: "outerHTML" });
  if (inside && $(id)) $(id).focus({ preventScroll: true });
  if (inside && from != null && $(id)) $(id).setSelectionRange(from, to);
  const out = $("state-" + key).querySelector("output"), words = out.innerHTML;
  mark(key, "fresh", "Changed in another tab");
  setTimeout(() => { if (out.classList.contains("fresh")) [out.className, out.innerHTML] = ["saved", words]; localise(out); }, 8000);
}
addEventListener("focus", catchUp);
document.addEventListener("visibilitychange", catchUp);

// What was opened for arranging a section stays open while it is arranged, and the focus stays where it was, or
// goes to the heading if that is gone.
let before = null;
const path = () => $("section-form")?.getAttribute("action");
document.addEventListener("htmx:beforeSwap", (e) => {
  if (e.detail.target?.id !== "main") return;
  const open = Array.from(document.querySelectorAll(".arrange > details[open]"), (d) => d.id);
  before = { path: path(), open, focus: document.activeElement?.id };
});
document.addEventListener("htmx:afterSettle", (e) => {
  if (before?.path === path()) for (const id of before.open) if ($(id)) $(id).open = true;
  if (before && document.activeElement === document.body) ($(before.focus) ?? document.querySelector("#main h1"))?.focus({ preventScroll: true });
  else if (e.detail.target?.id === "card-name" && document.activeElement === document.body) $("rename")?.focus(); // the card got another name
  before = null;
  showState();
});

// The navigation stays when a section is opened, so that a click on it is never lost; only its mark moves.
document.addEventListener("htmx:afterSwap", (e) => {
  if (e.detail.target?.id !== "main") return;
  const here = $("main").dataset.section;
  for (const a of document.querySelectorAll("#outline a[data-section]")) a.ariaCurrent = a.dataset.section === here ? "true" : null;
  if ($("here")) $("here").textContent = $("main").querySelector("h1").textContent;
  document.querySelector("details.outline")?.removeAttribute("open");
});

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
document.addEventListener("htmx:afterSettle", (e) => {
  if (e.detail.target?.id === "main" && e.detail.requestConfig?.verb !== "get") grow(true);
  point();
});

// Keys: save, go to the next or the previous section, and what keys there are.
document.addEventListener("keydown", (e) => {
  const at = e.altKey && { PageDown: 1, PageUp: -1 }[e.key];
  if ((e.ctrlKey || e.metaKey) && e.key === "s" && $("save")) { e.preventDefault(); $("save").click(); }
  else if (at) {
    const all = [...document.querySelectorAll("#outline a[data-section]")];
    all[all.findIndex((a) => a.matches("[aria-current]")) + at]?.click();
  } else if (e.key === "?" && !e.target.matches("input, textarea, select")) $("keys")?.showModal();
});

// Every swap: times in the visitor's own zone.
function localise(root) {
  for (const t of root.querySelectorAll?.("time[datetime]") ?? []) {
    const at = new Date(t.dateTime);
    if (/UTC$/.test(t.textContent)) t.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    t.title = at.toLocaleString();
  }
}
document.addEventListener("htmx:load", (e) => localise(e.detail.elt.parentElement ?? e.detail.elt));
document.addEventListener("htmx:oobAfterSwap", () => localise(document));
document.addEventListener("DOMContentLoaded", () => localise(document));

// Tables grow and shrink here; the rows are renumbered by the server with the next save.
document.addEventListener("click", (e) => {
  const add = e.target.closest("[data-add-row]"), remove = e.target.closest("[data-remove-row]");
  if (add) {
    const body = fieldOf(add).querySelector("table.rows tbody");
    const row = body.lastElementChild.cloneNode(true);
    const next = 1 + Math.max(...Array.from(body.querySelectorAll("[name]"), (el) => +el.name.match(/\[(\d+)\]/)[1]));
    for (const el of row.querySelectorAll("[name]")) {
      el.name = el.name.replace(/\[\d+\]/, `[${next}]`);
      el.setAttribute("aria-label", el.getAttribute("aria-label").replace(/\d+$/, next + 1));
      el.value = "";
      el.removeAttribute("id");
    }
    row.querySelector("[data-remove-row]").setAttribute("aria-label", "Remove row " + (next + 1));
    body.append(row);
    row.querySelector("input, select").focus();
  } else if (remove) {
    const row = remove.closest("tr"), body = row.parentElement;
    const first = row.querySelector("input, select");
    if (body.rows.length > 1) {
      (row.nextElementSibling ?? row.previousElementSibling).querySelector("input, select").focus();
      row.remove();
    } else for (const el of row.querySelectorAll("[name]")) el.value = "";
    (body.querySelector("[name]") ?? first).dispatchEvent(new Event("input", { bubbles: true }));
  } else if (e.target.closest("[data-print]")) print();
  for (const menu of document.querySelectorAll("details.menu[open], details.rename[open]")) if (!menu.contains(e.target)) menu.open = false;
});
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open], details.rename[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});

// A file can be dropped on its box; one that is too large is refused before it is sent.
document.addEventListener("change", (e) => {
  const most = +e.target.dataset?.most, size = e.target.files?.[0]?.size ?? e.target.value?.length;
  if (!most) return;
  e.target.setCustomValidity(size > most ? `This is larger than ${Math.round(most / 1048576)} MB, the most this server takes.` : "");
  e.target.reportValidity();
});
for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, (e) => {
  const drop = e.target.closest?.(".drop");
  if (!drop) return;
  drop.classList.toggle("over", type === "dragover");
  if (type !== "dragleave") e.preventDefault();
  if (type !== "drop" || !e.dataTransfer.files.length) return;
  const input = drop.querySelector("input[type=file]");
  input.files = e.dataTransfer.files;
  if (e.dataTransfer.files[0].size <= +input.dataset.most) input.form.requestSubmit();
  else input.dispatchEvent(new Event("change", { bubbles: true }));
});

// What was just done is said once, not again on a reload.
if (/[?&](done|imported)=/.test(location.search)) history.replaceState(history.state, "", location.pathname + location.hash);

// Toasts go away when told to, and the same one stands there once.
new MutationObserver((changes) => {
  for (const node of changes.flatMap((c) => [...c.addedNodes])) {
    if (!node.matches?.(".toast") || node.querySelector("button")) continue;
    const same = [...$("toasts").children].find((t) => t !== node && t.dataset.text === node.textContent);
    node.dataset.text = node.textContent;
    same?.remove();
    const close = Object.assign(document.createElement("button"), { type: "button", textContent: "×", ariaLabel: "Close this message", onclick: () => node.remove() });
    node.append(close);
  }
}).observe(document.getElementById("toasts"), { childList: true });
