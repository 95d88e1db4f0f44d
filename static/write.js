// Writing: Markdown by buttons and keys, the rows of tables and lists, and things that are dragged to another place in their list.
"use strict";
// It is put in as if it were typed, so that the browser's own undo takes it back.
const put = (box, from, to, text) => [box.focus(), box.setSelectionRange(from, to), document.execCommand("insertText", false, text)];
// A button of the toolbar says what it puts at the begin of each line, or around what is marked. What has that already loses it.
const inline = (open, close = open) => new RegExp(`${open}((?:.|\\n.)*?)${close}`, "g");
const has = { bold: inline("\\*\\*"), italic: inline("(?<!\\w)_", "_(?!\\w)"), code: inline("`"), link: inline("(?<!!)\\[", "\\]\\([^)]*\\)") };
Object.assign(has, { heading: /^#{1,6} +/, list: /^\s*([-*+]|\d+[.)]) +/, table: /$^/g });
function format(box, { how, open, close }, { value, selectionStart, selectionEnd } = box) {
  const [, space, text] = value.slice(selectionStart, selectionEnd).match(/^(\s*)(.*?)\s*$/s);
  let from = selectionStart + space.length, to = from + text.length; // **a **b is not bold
  if (how === "table") from = to = (value + "\n\n").indexOf("\n\n", to); // within a paragraph it would tear it apart
  const edge = text ? 0 : 1, done = [...value.matchAll(has[how])].find((m) => m.index + edge <= from && to + edge <= m.index + m[0].length);
  if (done?.[1] && !text && value.startsWith(close, to)) return box.setSelectionRange(to + close.length, to + close.length); // it ends here
  const inside = done?.[1] ?? value.slice(from, to), at = done?.index ?? from, end = at + (done?.[0] ?? inside).length;
  put(box, at, end, done ? inside : open + inside + close);
  const moved = (n) => (done ? Math.min(Math.max(n - open.length, at), at + inside.length) : n + open.length);
  if (how === "link" && inside && !done) box.setSelectionRange(moved(to) + 2, moved(to) + close.length - 1); // the address comes next
  else box.setSelectionRange(moved(from), moved(to));
}
function formatLines(box, { how, line: mark }, { value, selectionStart, selectionEnd } = box) {
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1, to = (value + "\n").indexOf("\n", selectionEnd);
  const lines = value.slice(from, to).split("\n"), empty = (line) => lines.length > 1 && !line.trim();
  const done = lines.every((line) => empty(line) || has[how].test(line)), begin = done ? "" : mark;
  put(box, from, to, lines.map((line) => (empty(line) ? line : begin + line.replace(has[how], ""))).join("\n"));
  if (lines.length > 1) box.setSelectionRange(from, box.selectionEnd); // so that once more takes it back
}

// The server orders the rows of a table by their numbers; links to the question lead to its first box.
function number(body) {
  for (const [i, row] of [...body.children].entries()) for (const el of row.querySelectorAll("[aria-label]")) {
    el.ariaLabel = el.ariaLabel.replace(/row \d+/, "row " + (i + 1));
    el.name = el.name.replace(/\[\d+\]/, `[${i}]`);
    el.id = i === 0 && el === cells(row)[0] ? "box-" + fieldOf(el).dataset.key : "";
  }
}
// rearranged has the answer saved as it stands now.
const rearranged = (body) => [number(body), type(cells(body)[0])];
function addRow(row) {
  const added = row.parentElement.lastElementChild.cloneNode(true);
  for (const el of cells(added)) el.value = "";
  [row.after(added), number(row.parentElement)];
  return added;
}
const isEmpty = (row, from = 0) => !cells(row).slice(from).some((el) => el.value);
const rowAfter = (row, next = row.nextElementSibling) => (next && isEmpty(next) ? next : addRow(row));
// write puts a text into a cell. One that is no choice, no date or more than a line stays as it is written.
function write(el, text) {
  if (el.type === "date" && !/^(\d{4}-\d\d-\d\d)?$/.test(text)) el.type = "text";
  if (el.matches("select") && ![...el.options].some((option) => option.value === text)) el.add(new Option(text));
  const { parentElement } = el, short = text.includes("\n") && el.matches("input");
  if (short) el.outerHTML = el.outerHTML.replace("<input", "<textarea") + "</textarea>";
  (short ? parentElement.firstElementChild : el).value = text;
}
// fill types a text for the visitor.
function fill(key, text) {
  const body = rowsOf(key), items = boxOf(key) ? text.split("\n").map((item) => [item]) : JSON.parse(text || "[]");
  if (!body) return type(boxOf(key), text);
  while (body.children.length <= items.length) addRow(body.lastElementChild);
  for (const [i, row] of [...body.children].entries()) for (const el of cells(row)) write(el, items[i]?.[columnOf(el) ?? 0] ?? "");
  rearranged(body);
}
// A spreadsheet puts its cells on the clipboard with tabs between them, and those with line breaks in quotes.
function parse(text, lineBreak) {
  const whole = (cell, inside) => (/[\r\n]/.test(inside) ? inside.replaceAll('""', '"').replace(/\r\n?|\n/g, "\v") : cell);
  const lines = text.replace(/(?<![^\t\r\n])"((?:[^"\t]|"")*)"(?![^\t\r\n])/g, whole).split(/[\r\n]+/).filter((line) => line.trim());
  return lines.map((line) => line.split("\t").map((cell) => cell.trim().replaceAll("\v", lineBreak)));
}
// What is pasted has a row for each of its lines and a cell for each of its columns; it never takes the place of another row. The titles of
// the columns, copied along, are no row.
on("paste", (e) => {
  const row = e.target.closest("[data-rows] > *"), table = row?.closest("table"), at = row && cells(row).indexOf(e.target);
  const rows = parse(e.clipboardData.getData("text/plain"), table ? "\n" : " "), sheet = /<table/i.test(e.clipboardData.getData("text/html"));
  if (!row || !(table ? rows.some((texts) => texts[1] != null || texts[0].includes("\n")) || (sheet && rows[1]) : rows.length > 1)) return;
  e.preventDefault();
  const titles = Array.from(table?.tHead.rows[0].cells ?? [], (th) => th.textContent.toLowerCase()).slice(at);
  if (rows[1] && rows[0].every((text, i) => text.toLowerCase() === titles[i])) rows.shift();
  let last = row;
  for (const texts of rows) {
    if (!isEmpty(last, at)) last = addRow(last);
    const into = cells(last).slice(at);
    for (const [i, el] of into.entries()) write(el, el === into.at(-1) ? texts.slice(i).join(" ").trim() : texts[i] ?? "");
  }
  [rearranged(row.parentElement), cells(last)[at].focus()];
});

// What the buttons do, by the name of their data.
const does = {
  how: (button) => (button.dataset.line ? formatLines : format)(fieldOf(button).querySelector("textarea"), button.dataset),
  addRow: (button) => cells(addRow(rowsOf(fieldOf(button).dataset.key).lastElementChild))[0].focus(),
  removeRow: (_, row) => [cells(row.nextElementSibling ?? row.previousElementSibling ?? addRow(row))[0].focus(), row.remove()],
  // Its neighbour goes to the other side, so that it keeps the focus.
  step: ({ dataset: { step } }, row) => (step < 0 ? row.after(row.previousElementSibling ?? "") : row.before(row.nextElementSibling ?? "")),
  print: () => print(), close: (button) => button.parentElement.remove(),
};
on("click", (e) => {
  const button = e.target.closest("button"), what = Object.keys(button?.dataset ?? {}).find((name) => does[name]);
  const row = button?.closest("[data-rows] > *"), list = row?.parentElement;
  if (!what) return;
  [e.preventDefault(), does[what](button, row), list && rearranged(list)];
});

// Enter leads to the next row.
on("keypress", (e, row = e.key === "Enter" && e.target.matches?.("[data-rows] input") && e.target.closest("[data-rows] > *")) =>
  row && [e.preventDefault(), cells(rowAfter(row))[0].focus()]);

// What is dragged by its grip goes where its buttons could bring it, with the form of one of them.
on("pointerdown", (e) => {
  const item = e.target.closest?.(".grip")?.closest("li, tr"), list = item?.parentElement, next = item?.nextElementSibling, at = document.activeElement;
  if (!item || e.button) return;
  [e.preventDefault(), list.setPointerCapture(e.pointerId), item.classList.add("dragged")];
  list.onpointermove = ({ clientX, clientY }) => {
    const over = document.elementFromPoint(clientX, clientY)?.closest(item.localName), { top, height } = over?.getBoundingClientRect() ?? {};
    if (over !== item && over?.parentElement === list) over[clientY < top + height / 2 ? "before" : "after"](item);
  };
  list.onlostpointercapture = () => {
    list.onpointermove = list.onlostpointercapture = null;
    item.classList.remove("dragged");
    at.focus({ preventScroll: true }); // what is moved has lost it
    if (item.nextElementSibling === next) return;
    if ("rows" in list.dataset) return rearranged(list);
    const { before } = item.querySelector("form:has([name=before])").elements;
    before.value = item.nextElementSibling?.dataset.place ?? "";
    before.form.requestSubmit();
  };
});
