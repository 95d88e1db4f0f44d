// Writing: Markdown by buttons and keys, the rows of tables and lists, and things that are dragged to another place in their list.
"use strict";
// It is put in as if it were typed, so that the browser's own undo takes it back.
function put(box, from, to, text) {
  box.focus();
  box.setSelectionRange(from, to);
  document.execCommand("insertText", false, text);
}
// A button of the toolbar says what it puts at the begin of each line, or around what is marked. What has that already loses it.
function format(box, { how, open, close }) {
  const { value, selectionStart, selectionEnd } = box, [, space, text] = value.slice(selectionStart, selectionEnd).match(/^(\s*)(.*?)\s*$/s);
  let from = selectionStart + space.length, to = from + text.length; // **a **b is not bold
  if (how === "table") from = to = (value + "\n").indexOf("\n", to); // within a line it would tear other marks apart
  const inside = value.slice(from, to), marked = value.slice(0, from).endsWith(open) && value.slice(to).startsWith(close);
  if (marked) put(box, from - open.length, to + close.length, inside);
  else put(box, from, to, open + inside + close);
  const at = from + (marked ? -open.length : open.length), end = at + inside.length;
  if (how === "link" && inside && !marked) box.setSelectionRange(end + 2, end + close.length - 1); // the address comes next
  else box.setSelectionRange(at, end);
}
function formatLines(box, { line: mark }) {
  const { value, selectionStart, selectionEnd } = box;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1, to = (value + "\n").indexOf("\n", selectionEnd);
  const lines = value.slice(from, to).split("\n"), marked = lines.every((line) => line.startsWith(mark));
  put(box, from, to, lines.map((line) => (marked ? line.slice(mark.length) : mark + line)).join("\n"));
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
function rearranged(body) {
  number(body);
  type(cells(body)[0]);
}
function addRow(row) {
  const added = row.parentElement.lastElementChild.cloneNode(true);
  for (const el of cells(added)) el.value = "";
  row.after(added);
  number(row.parentElement);
  return added;
}
const isEmpty = (row, from = 0) => !cells(row).slice(from).some((el) => el.value);
const rowAfter = (row, next = row.nextElementSibling) => (next && isEmpty(next) ? next : addRow(row));
// write puts a text into a cell. One that is no choice or no date stays as it is written.
function write(el, text) {
  if (el.type === "date" && !/^(\d{4}-\d\d-\d\d)?$/.test(text)) el.type = "text";
  if (el.matches("select") && ![...el.options].some((option) => option.value === text)) el.add(new Option(text));
  el.value = text;
}
// fill types a text for the visitor.
function fill(key, text) {
  const body = rowsOf(key), items = boxOf(key) ? text.split("\n").map((item) => [item]) : JSON.parse(text || "[]");
  if (!body) return type(boxOf(key), text);
  while (body.children.length <= items.length) addRow(body.lastElementChild);
  for (const [i, row] of [...body.children].entries()) for (const el of cells(row)) write(el, items[i]?.[columnOf(el) ?? 0] ?? "");
  rearranged(body);
}
// What is pasted has a row for each of its lines and a cell for each of its columns; it never takes the place of another row.
on("paste", (e) => {
  const row = e.target.closest("[data-rows] > *"), table = row?.matches("tr"), at = row && cells(row).indexOf(e.target);
  const lines = e.clipboardData.getData("text/plain").split(/[\r\n]+/).filter((line) => line.trim());
  if (!row || !(table ? lines.some((line) => line.includes("\t")) : lines.length > 1)) return;
  e.preventDefault();
  let last = row;
  for (const line of lines) {
    if (!isEmpty(last, at)) last = addRow(last);
    const into = cells(last).slice(at), texts = table ? line.split("\t") : [line];
    for (const [i, el] of into.entries()) write(el, (el === into.at(-1) ? texts.slice(i).join(" ") : texts[i] ?? "").trim());
  }
  rearranged(row.parentElement);
  cells(last)[at].focus();
});

// What the buttons do, by the name of their data.
const does = {
  how: (button) => (button.dataset.line ? formatLines : format)(fieldOf(button).querySelector("textarea"), button.dataset),
  addRow: (button) => cells(addRow(rowsOf(fieldOf(button).dataset.key).lastElementChild))[0].focus(),
  removeRow(button, row) {
    const next = row.nextElementSibling ?? row.previousElementSibling ?? addRow(row);
    row.remove();
    cells(next)[0].focus();
  },
  step(button, row) {
    if (button.dataset.step < 0) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    button.focus();
  },
  print: () => print(),
  close: (button) => button.parentElement.remove(),
};
on("click", (e) => {
  const button = e.target.closest("button"), what = Object.keys(button?.dataset ?? {}).find((name) => does[name]);
  const row = button?.closest("[data-rows] > *"), list = row?.parentElement;
  if (!what) return;
  e.preventDefault();
  does[what](button, row);
  if (list) rearranged(list);
});
// Enter leads to the next row.
on("keypress", (e) => {
  const row = e.target.closest?.("[data-rows] > *");
  if (!row || e.key !== "Enter" || !e.target.matches("input")) return;
  e.preventDefault();
  cells(rowAfter(row))[0].focus();
});

// What is dragged by its grip goes where its buttons could bring it, with the form of one of them.
on("pointerdown", (e) => {
  const item = e.target.closest?.(".grip")?.closest("li, tr"), list = item?.parentElement, after = item?.nextElementSibling;
  if (!item || e.button) return;
  e.preventDefault();
  list.setPointerCapture(e.pointerId);
  item.classList.add("dragged");
  list.onpointermove = ({ clientX, clientY }) => {
    const over = document.elementFromPoint(clientX, clientY)?.closest(item.localName), { top, height } = over?.getBoundingClientRect() ?? {};
    if (over !== item && over?.parentElement === list) over[clientY < top + height / 2 ? "before" : "after"](item);
  };
  list.onlostpointercapture = () => {
    list.onpointermove = list.onlostpointercapture = null;
    item.classList.remove("dragged");
    if (item.nextElementSibling === after) return;
    if ("rows" in list.dataset) return rearranged(list);
    const { before } = item.querySelector("form:has([name=before])").elements;
    before.value = item.nextElementSibling?.dataset.place ?? "";
    before.form.requestSubmit();
  };
});
