// Writing: Markdown by buttons and keys, the rows of tables and lists, and things that are dragged to another place in their list.
"use strict";
const ahead = { heading: "### ", list: "- " };
const around = {
  bold: ["**", "**"], italic: ["_", "_"], code: ["`", "`"], link: ["[", "](https://)"],
  table: ["\n\n| ", " |  |\n| --- | --- |\n|  |  |\n"],
};
// It is put in as if it were typed, so that the browser's own undo takes it back.
function put(box, from, to, text) {
  box.setSelectionRange(from, to);
  document.execCommand("insertText", false, text);
}
// What has a mark already loses it.
function format(box, how) {
  box.focus();
  if (ahead[how]) return formatLines(box, ahead[how]);
  const [open, close] = around[how], { value } = box;
  let { selectionStart: from, selectionEnd: to } = box;
  while (from < to && /\s/.test(value[from])) from++; // **a **b is not bold
  while (from < to && /\s/.test(value[to - 1])) to--;
  if (how === "table") from = to = (value + "\n").indexOf("\n", to); // within a line it would tear other marks apart
  const inside = value.slice(from, to), marked = value.slice(0, from).endsWith(open) && value.slice(to).startsWith(close);
  if (marked) put(box, from - open.length, to + close.length, inside);
  else put(box, from, to, open + inside + close);
  const at = from + (marked ? -open.length : open.length), end = at + inside.length;
  if (how === "link" && inside && !marked) box.setSelectionRange(end + 2, end + close.length - 1); // the address comes next
  else box.setSelectionRange(at, end);
}
function formatLines(box, mark) {
  const { value, selectionStart, selectionEnd } = box;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1, to = (value + "\n").indexOf("\n", selectionEnd);
  const lines = value.slice(from, to).split("\n"), marked = lines.every((line) => line.startsWith(mark));
  put(box, from, to, lines.map((line) => (marked ? line.slice(mark.length) : mark + line)).join("\n"));
}
on("keydown", (e) => {
  const { target } = e, all = [...target.closest(".tools")?.children ?? []], step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  const how = (e.ctrlKey || e.metaKey) && !e.shiftKey && target.matches("textarea.long") && { b: "bold", i: "italic", k: "link" }[e.key];
  if (how) format(target, how);
  else if (all.length && step) { // a toolbar is one stop for the Tab key
    const next = all.at((all.indexOf(target) + step) % all.length);
    for (const tool of all) tool.tabIndex = tool === next ? 0 : -1;
    next.focus();
  } else return;
  e.preventDefault();
});

// The server orders the rows of a table by their numbers; links to the question lead to its first box.
function number(body) {
  const first = cells(body)[0];
  for (const [i, row] of [...body.children].entries()) for (const el of row.querySelectorAll("[aria-label]")) {
    el.ariaLabel = el.ariaLabel.replace(/row \d+/, "row " + (i + 1));
    el.name = el.name.replace(/\[\d+\]/, `[${i}]`);
    if (el === first) el.id = "box-" + fieldOf(el).dataset.key;
    else el.removeAttribute("id");
  }
}
// rearranged has the answer saved as it stands now.
function rearranged(body) {
  number(body);
  type(cells(body)[0], cells(body)[0].value);
}
function addRow(row) {
  const added = row.parentElement.lastElementChild.cloneNode(true);
  for (const el of cells(added)) el.value = "";
  row.after(added);
  number(row.parentElement);
  return added;
}
function setRows(body, rows) {
  while (body.children.length <= rows.length) addRow(body.lastElementChild);
  for (const [i, row] of [...body.children].entries()) {
    for (const el of cells(row)) el.value = (columnOf(el) ? rows[i]?.[columnOf(el)] : rows[i]) ?? "";
  }
}
// fill types a text for the visitor.
function fill(key, text) {
  if (boxOf(key)) return type(boxOf(key), text);
  setRows(rowsOf(key), text ? JSON.parse(text) : []);
  rearranged(rowsOf(key));
}
// What is typed into a row of a list is typed into its box, and the other way round.
on("input change", (e) => {
  const field = fieldOf(e.target), list = field?.querySelector("[data-rows=list]"), box = list && boxOf(field.dataset.key);
  if (!list) return;
  const text = cells(list).map((el) => el.value).filter((item) => item.trim()).join("\n");
  if (e.target === box) return text === box.value || setRows(list, box.value.split("\n").filter((item) => item.trim()));
  e.stopPropagation();
  type(box, text, e.type);
}, true);

// What the buttons do, by the name of their data.
const does = {
  how: (button) => format(fieldOf(button).querySelector("textarea.long"), button.dataset.how),
  preview(button) {
    const target = fieldOf(button), box = target.querySelector("textarea"), shown = target.querySelector(".shown");
    button.ariaExpanded = String(!shown);
    if (shown) return shown.remove();
    htmx.ajax("POST", urlOf(target.dataset.key) + "/preview", { target, swap: "beforeend", values: { [box.name]: box.value } });
  },
  addRow: (button) => cells(addRow(rowsOf(fieldOf(button).dataset.key).lastElementChild))[0].focus(),
  removeRow(button, row) {
    const body = row.parentElement, next = row.nextElementSibling ?? row.previousElementSibling;
    if (next) row.remove();
    else for (const el of cells(row)) el.value = "";
    cells(next ?? row)[0].focus();
    rearranged(body);
  },
  step(button, row) {
    if (button.dataset.step < 0) row.previousElementSibling?.before(row);
    else row.nextElementSibling?.after(row);
    rearranged(row.parentElement);
    button.focus();
  },
};
on("click", (e) => {
  const button = e.target.closest("button"), what = Object.keys(button?.dataset ?? {}).find((name) => does[name]);
  if (!what) return;
  e.preventDefault();
  does[what](button, button.closest("[data-rows] > *"));
});
// Enter leads to the next row, and what is pasted into a list has a row for each of its lines.
on("keypress", (e) => {
  const row = e.key === "Enter" && e.target.matches("input") && e.target.closest("[data-rows] > *"), next = row?.nextElementSibling;
  if (!row) return;
  e.preventDefault();
  cells(next && !cells(next).some((el) => el.value) ? next : addRow(row))[0].focus();
});
on("paste", (e) => {
  const row = e.target.closest("[data-rows=list] > *"), text = e.clipboardData.getData("text/plain");
  const [first, ...more] = text.split(/\s*\n\s*/).filter(Boolean);
  if (!row || !more.length) return;
  e.preventDefault();
  e.target.setRangeText(first, e.target.selectionStart, e.target.selectionEnd, "end");
  let last = row;
  for (const line of more) cells(last = addRow(last))[0].value = line;
  rearranged(row.parentElement);
  cells(last)[0].focus();
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
    const form = item.querySelector("form:has([name=before])");
    form.elements.before.value = item.nextElementSibling?.dataset.place ?? "";
    form.requestSubmit();
  };
});
