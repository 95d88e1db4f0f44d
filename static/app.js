// What htmx and HTML alone cannot do: tell the truth about what is saved, try again when the
// server was away, and lead by keys. Everything works without this file, only less smoothly.
"use strict";
document.documentElement.classList.add("scripted");

const dirty = new Set(); // keys of the fields whose text on the page the server has not acknowledged
const sent = new Map();  // field key → the texts that were sent since the last one that was acknowledged, the latest at the end
let pause = 1000, retry, was = null; // until the next try, growing while the server is away; what was open and begun before a swap

const on = (types, act, early) => types.split(" ").forEach((type) => window.addEventListener(type, act, early));
const $ = (id) => document.getElementById(id);
const fieldOf = (el) => el.closest?.(".field[data-key]");
const savedBy = (key) => $("field-" + key)?.querySelector("[hx-put]");
const links = () => [...document.querySelectorAll("#outline a[data-section]")];
const section = () => $("main").dataset.section;
// The box of an answer, or the rows of a table, and the boxes in them. A list has both: what counts is the text in its hidden box.
const boxOf = (key) => document.querySelector(`[name="answer.${key}"]`);
const rowsOf = (key) => $("field-" + key)?.querySelector("[data-rows]");
const cells = (row) => [...row.querySelectorAll("input, select, textarea")];
const columnOf = (el) => el.name.split("].")[1];

// A field's answer as one text: a table is JSON, without empty cells and rows.
function textOf(key) {
  if (boxOf(key) || !rowsOf(key)) return boxOf(key)?.value ?? "";
  const filled = (row) => cells(row).filter((el) => el.value).map((el) => [columnOf(el), el.value]);
  const rows = Array.from(rowsOf(key).children, filled).filter((row) => row.length).map(Object.fromEntries);
  return rows.length ? JSON.stringify(rows) : "";
}
// type puts a text into a box as if it were typed, or says that what stands there was.
const type = (box, value) => Object.assign(box, value != null && { value }).dispatchEvent(new Event("input", { bubbles: true }));

const sending = (key) => isSent(key) || sent.set(key, [...(sent.get(key) ?? []).slice(-4), textOf(key)]);
const addSent = (body, key) => sent.get(key)?.forEach((text) => body.append("sent." + key, text));
const isSent = (key) => sent.get(key)?.at(-1) === textOf(key);
const again = () => dirty.forEach((key) => savedBy(key) && htmx.trigger(savedBy(key), "change"));
const mark = (key, cls, textContent) => Object.assign($("state-" + key)?.querySelector("output") ?? {}, { className: "saved " + cls, textContent });

// The header shows the worst there is: not saved, saving, saved.
const stuck = () => document.querySelector(".state .saved.waiting, .state .saved.error");
function showState() {
  const out = $("saved"), n = dirty.size;
  if (!out || (!n && out.className === "saved")) return;
  out.className = stuck() ? "saved waiting" : n ? "saved busy" : "saved";
  out.innerHTML = !n ? "All saved" : !stuck() ? "Saving…" : `<span>${n} answer${n > 1 ? "s" : ""}</span> not saved <span>yet</span>`;
}

on("input", ({ target }) => {
  const key = fieldOf(target)?.dataset.key, row = target.name === "row." + key;
  if (!key || !(row || target.name?.startsWith("answer."))) return;
  if (row) boxOf(key).value = cells(rowsOf(key)).map((el) => el.value).filter((item) => item.trim()).join("\n");
  dirty.add(key);
  target.removeAttribute("aria-invalid");
  mark(key, "busy", "Typing…");
  showState();
  draft(key);
});

// The browser does not tell of half a date, nor that it is taken away again: its box is looked at when it is left.
on("focusout", ({ target: el }) => el.type === "date" && (el.validity.badInput || dirty.has(fieldOf(el)?.dataset.key)) && type(el));

// An autosave sends its own answer and revision, not the whole form; and if the reply to an earlier one got lost, what that one sent, so
// that the server does not take it for somebody else's.
on("htmx:configRequest", (e) => {
  const { elt, parameters, triggeringEvent } = e.detail, key = elt.dataset?.key, half = key && elt.matches(":invalid, :has(:invalid)");
  if (elt.id === "section-form") return prepareSection(e, elt, parameters, triggeringEvent.submitter);
  if (!key) return;
  // A half-typed date, in a table too, is not an empty one; leaving a box whose text is saved already, or waits for a choice, is nothing to send.
  if (half) [mark(key, "waiting", "Not saved yet: this is not a whole date."), showState()];
  if (half || !dirty.has(key) || (isSent(key) && $("conflict-" + key)?.querySelector(".conflict"))) return e.preventDefault();
  for (const name of [...parameters.keys()]) if (!["rev." + key, "answer." + key].includes(name.split("[")[0])) parameters.delete(name);
  addSent(parameters, key);
  sending(key);
  mark(key, "busy", "Saving…");
});

// Of the buttons of a section the one that was pressed counts: htmx takes the one that has the focus when the request leaves the queue.
function prepareSection(e, form, parameters, pressed) {
  if (!form.reportValidity()) return e.preventDefault(); // a half-typed date again
  for (const el of form.elements) if (el.matches("button")) parameters.delete(el.name);
  if (pressed?.name) parameters.append(pressed.name, pressed.value);
  sent.forEach((_, key) => addSent(parameters, key));
}

// What is begun about a picture, a table or a question is sent by its own button; till then, or when it was refused, it is only on the page.
const isBegun = (el) => el.value !== el.defaultValue || (el.value && el.closest("details[id]").querySelector("[role=alert]"));
const unsent = () => [...document.querySelectorAll("#attached [id], .arrange [id]")].filter((el) => el.matches("input, textarea") && isBegun(el));
// Saves and swaps wait for each other in one queue, kept at #desk: at the form it would go with the form. A section
// opened over words that could not be saved, or are not sent, asks first.
on("htmx:beforeRequest", (e) => {
  const { elt, target, requestConfig: { triggeringEvent } } = e.detail, saves = elt.id === "section-form", away = !saves && dirty.size && stuck();
  if (elt.matches("details") && !elt.open) e.preventDefault(); // a preview that is folded away is not asked for
  elt.sent = unsent().filter((el) => el.form === elt).map((el) => el.id + el.value);
  if (target?.id !== "main") return;
  const sends = document.querySelector("#attached .htmx-request"), leaves = elt.matches("a, .add form") || triggeringEvent?.submitter?.name === "next";
  if (saves && sends && !leaves) return [e.preventDefault(), again()]; // the page of the section would take the form away
  if ((away || sends || (leaves && unsent()[0])) && !confirm("Words that are not saved yet would be lost. Go on?")) return e.preventDefault();
  if (sends) htmx.trigger(sends, "htmx:abort");
  if (away || saves) dirty.forEach(sending);
});
// Leaving with words that could not be saved asks first; words of the last moment are sent along.
on("beforeunload", (e) => ((dirty.size && stuck()) || unsent()[0]) && e.preventDefault());
on("online visibilitychange", again);
on("pagehide", () => dirty.forEach((key) => {
  const boxes = $("field-" + key)?.querySelectorAll("[name]:not(button)") ?? [], url = savedBy(key)?.getAttribute("hx-put");
  const body = new URLSearchParams(Array.from(boxes, (el) => [el.name, el.value]));
  [addSent(body, key), sending(key)];
  if (url && !$("field-" + key).querySelector(":invalid")) fetch(url, { method: "PUT", body, keepalive: true, headers: { "HX-Request": "true" } });
}));

// Words typed while a swap was on its way are not swapped away: they are saved first, and then it is asked for again.
const homes = { main: "#main h1", "card-name": "#rename", attached: "#attached-title" }; // where the focus goes if its place is gone
on("htmx:beforeSwap", (e) => {
  const { target, xhr, requestConfig: { elt, triggeringEvent } } = e.detail, { activeElement: at } = document, { name } = at, done = xhr.status < 300;
  if (!homes[target?.id]) return;
  const open = Array.from(document.querySelectorAll("details[id][open]"), (d) => (d.matches("#attached *") && d.contains(elt)) || d.id);
  // Of what was sent, more may have been typed since.
  const begun = unsent().filter((el) => !elt.sent?.includes(el.id + el.value)), saves = elt.id === "section-form";
  was = { here: section(), open, begun, id: at.id || "box-" + fieldOf(at)?.dataset.key, name, nth: [...document.getElementsByName(name)].indexOf(at) };
  if (target.id !== "main") return;
  if (saves && done && triggeringEvent.submitter?.name !== "take") dirty.forEach((key) => isSent(key) && acknowledged(key));
  if ((saves || done) && ![...dirty].every(isSent)) {
    e.detail.shouldSwap = false;
    again();
    if (saves) elt.requestSubmit(triggeringEvent.submitter?.form && triggeringEvent.submitter);
    else (links().find((a) => a === elt) ?? links().find((a) => a.ariaCurrent))?.click();
  } else if (done) [dirty, sent].forEach((all) => all.clear());
});
const acknowledged = (key, name = nameOf(desk().card, key)) => dirty.delete(key) && store?.[name] === own[name] && store?.removeItem(name);
// What a button or a link asked for and did not get is said; an answer has its own place for that.
on("htmx:sendError htmx:timeout", ({ detail: { requestConfig: { triggeringEvent } } }) =>
  /click|submit/.test(triggeringEvent?.type) && $("toasts").replaceChildren($("no-answer").content.cloneNode(true)));
on("htmx:afterRequest", ({ detail: { elt, xhr } }) => {
  const key = elt.dataset?.key, keys = key ? [key] : elt.id === "section-form" ? [...dirty] : [];
  if (key && xhr.status === 200) saved(key);
  else if (!/2..|409|422/.test(xhr.status)) keys.forEach((key) => later(key, xhr));
  showState();
});

function saved(key) {
  pause = 1000;
  grow();
  $("conflict-" + key)?.replaceChildren();
  isSent(key) ? acknowledged(key) : mark(key, "busy", "Typing…"); // typed on meanwhile; the next save is on its way
  sent.delete(key);
}
on("htmx:oobBeforeSwap", (e) => {
  const { target, fragment } = e.detail, active = document.activeElement, { key } = target.dataset;
  const same = (what, value) => target.querySelector(what) && value(target.querySelector(what)) === value(fragment.querySelector(what) ?? {});
  // What another tab changed comes, but not over what is typed here or into a cell that could not be found again.
  const typed = dirty.has(key) || (target.contains(active) && !active.id);
  const stays = target.matches(".field") && (typed || same(".state input", (el) => el.value));
  if (stays || same(".conflict", (el) => el.dataset?.rev)) e.detail.shouldSwap = false; // a button that is being pressed must not go
});

// The server is away or full: the words stay, and saving goes on by itself with growing pauses.
function later(key, xhr) {
  const { status } = xhr, whys = $("whys").content, wait = +xhr.getResponseHeader("Retry-After") || 0;
  mark(key, "waiting", (whys.querySelector(`[data-status="${status}"]`) ?? whys.firstElementChild).textContent);
  const card = status === 404 && savedBy(key).getAttribute("hx-put").split("/fields/")[0]; // which may be there, without this question
  if (card) return fetch(card, { method: "HEAD" }).then((r) => r.ok || showLost((d) => d.card === desk().card));
  [pause, retry] = [Math.min(pause * 2, 30000), (clearTimeout(retry), setTimeout(again, Math.max(pause, 1000 * wait)))];
}

on("htmx:afterSettle", ({ detail: { target, requestConfig } }) => {
  const main = target?.id === "main", other = was?.id.replace(/^(up|down)/, (way) => (way === "up" ? "down" : "up"));
  // What was opened and begun stays so, and the focus stays where it was; from a button that has moved its thing to the end of the list
  // it goes to the other one.
  if (was && was.here === section()) [was.open.forEach((id) => Object.assign($(id) ?? {}, { open: true })), was.begun.forEach(begin)];
  const places = was ? [document.getElementsByName(was.name)[was.nth], $(was.id), $(other), document.querySelector(homes[target?.id])] : [];
  for (const el of places) if (document.activeElement === document.body) el?.focus({ preventScroll: main });
  if (was && requestConfig?.verb !== "get") grow(target.id !== "attached"); // once, though each thing that was swapped settles by itself
  was = null;
  showState();
  if (main) [$("here").textContent, $("here").closest("details").open] = [document.querySelector("#main h1").textContent, false];
  // The navigation stays when a section is opened, so that a click on it is never lost; only its mark moves, and that in the reader's view.
  const here = shown() && $("read-" + section()), all = [...links(), ...document.querySelectorAll("#reader section")];
  for (const el of all) el.ariaCurrent = el === here || el.dataset.section === section() ? "true" : null;
  if (here) $("reader").scrollTo({ top: here.offsetTop - $("reader").offsetTop - 20 });
  offer();
});

// The card as its readers see it, beside the form: after a save the section that changed, after a change of the card's structure all of
// it, and always scrolled to the section that is being edited.
const shown = () => $("reader")?.checkVisibility() && $("read");
function grow(all) {
  const key = all ? "" : section(), place = all ? { swap: "innerHTML" } : { target: $("read-" + key), swap: "outerHTML" };
  if (shown()) htmx.ajax("GET", $("reader").dataset.url + encodeURIComponent(key), { source: "#reader", target: "#reader", ...place });
}
// begin puts what was begun into the same box of the form that has come.
function begin({ id, value, files }) {
  const el = Object.assign($(id) ?? {}, files ? { files } : { value }), folded = el.closest?.("details");
  if (folded) [(folded.open = true), files && el.dispatchEvent(new Event("change", { bubbles: true }))];
}
// reveal leads to what may be folded away.
const reveal = (el) => [(el.closest("details").open = true), el.focus()];
// Keys: save, find, go to the next or the previous question, section or tool, format, and what keys there are.
const near = (all, isHere, step) => all.at((all.findIndex(isHere) + step) % all.length);
on("keydown", (e) => {
  const { key, target, shiftKey } = e, control = e.ctrlKey || e.metaKey;
  const step = e.altKey && { PageDown: 1, PageUp: -1 }[key], arrow = target.closest?.(".tools") && { ArrowRight: 1, ArrowLeft: -1 }[key];
  const tool = control && !shiftKey && fieldOf(target)?.querySelector(`.tools [data-key="${CSS.escape(key)}"]`);
  if (control && key === "s" && $("save")) $("save").click();
  else if (control && shiftKey && key === "F" && $("find")) reveal($("find"));
  else if (step && shiftKey) near([...document.querySelectorAll("#section-form [id^=box-]")], (el) => fieldOf(el) === fieldOf(target), step)?.focus();
  else if (step) near(links(), (a) => a.ariaCurrent, step)?.click();
  else if (arrow) near([...target.parentElement.children], (el) => el === target, arrow).focus();
  else if (tool) tool.click();
  else if (key === "?" && $("keys") && !target.matches("input, textarea, select")) $("keys").showModal();
  else return;
  e.preventDefault();
});

// Whatever comes: times in the visitor's own zone, and the cursor where two texts are to be made into one.
on("htmx:load", ({ detail: { elt } }) => elt.querySelectorAll("time[datetime]").forEach((t) => {
  if (/UTC$/.test(t.textContent)) t.textContent = new Date(t.dateTime).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  t.title = new Date(t.dateTime).toLocaleString();
}));
const resume = (box) => [box.blur(), box.setSelectionRange(box.dataset.cursor, box.dataset.cursor), box.focus()]; // which scrolls there
on("htmx:load", ({ detail: { elt } }) => elt.querySelectorAll("[data-cursor]").forEach(resume));

// What was just done is said once, not again on a reload.
if (/[?&](done|imported)=/.test(location.search)) history.replaceState(history.state, "", location.pathname + location.hash);
