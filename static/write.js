// Writing: Markdown by buttons and keys, the rows of tables, and things that are dragged to another place in their list.
"use strict";
const around = { bold: ["**", "**"], italic: ["_", "_"], code: ["`", "`"], link: ["[", "](https://)"], table: ["\n\n| ", " |  |\n| --- | --- |\n|  |  |\n"] };
const ahead = { heading: "### ", list: "- " };

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
  const inside = value.slice(from, to), on = value.slice(0, from).endsWith(open) && value.slice(to).startsWith(close);
  if (on) put(box, from - open.length, to + close.length, inside);
  else put(box, from, to, open + inside + close);
  const at = on ? from - open.length : from + open.length;
  box.setSelectionRange(at, at + inside.length);
  if (how === "link" && inside && !on) box.setSelectionRange(at + inside.length + 2, at + inside.length + close.length - 1); // the address comes next
}
function formatLines(box, mark) {
  const { value, selectionStart, selectionEnd } = box;
  const from = value.lastIndexOf("\n", selectionStart - 1) + 1, to = (value + "\n").indexOf("\n", selectionEnd);
  const lines = value.slice(from, to).split("\n"), on = lines.every((line) => line.startsWith(mark));
  put(box, from, to, lines.map((line) => (on ? line.slice(mark.length) : mark + line)).join("\n"));
}
function preview(tool) {
  const field = fieldOf(tool), box = field.querySelector("textarea"), shown = field.querySelector(".shown");
  tool.ariaExpanded = String(!shown);
  if (shown) shown.remove();
  else htmx.ajax("POST", urlOf(field.dataset.key) + "/preview", { target: field, swap: "beforeend", values: { [box.name]: box.value } });
}

// Before what was swapped in is painted: htmx:load comes after that.
for (const type of ["htmx:load", "htmx:afterSwap", "htmx:oobAfterSwap"]) document.addEventListener(type, () => {
  for (const box of document.querySelectorAll(".field:not(:has(.tools)) textarea.long")) {
    const tools = $("tools").content.firstElementChild.cloneNode(true);
    tools.ariaLabel += ": " + box.labels[0].firstChild.textContent;
    fieldOf(box).querySelector(".under").prepend(tools);
  }
});
document.addEventListener("keydown", (e) => {
  const how = (e.ctrlKey || e.metaKey) && !e.shiftKey && e.target.matches("textarea.long") && { b: "bold", i: "italic", k: "link" }[e.key];
  const step = e.target.closest(".tools") && { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  if (how) format(e.target, how);
  else if (step) { // a toolbar is one stop for the Tab key
    const all = [...e.target.parentElement.children], next = all.at((all.indexOf(e.target) + step) % all.length);
    for (const tool of all) tool.tabIndex = tool === next ? 0 : -1;
    next.focus();
  }
  if (how || step) e.preventDefault();
});

const cell = (of) => of?.querySelector("input, select, textarea");
// The server orders rows by their numbers.
function number(body) {
  for (const [i, row] of [...body.rows].entries()) for (const el of row.querySelectorAll("[aria-label]")) {
    el.ariaLabel = el.ariaLabel.replace(/row \d+/, "row " + (i + 1));
    if (el.name) el.name = el.name.replace(/\[\d+\]/, `[${i}]`);
  }
}
function rearranged(body) {
  number(body);
  type(cell(body), cell(body).value);
}
document.addEventListener("click", (e) => {
  const button = e.target.closest("button"), row = button?.closest(".rows tr"), of = button?.dataset ?? {};
  if (of.how) format(fieldOf(button).querySelector("textarea.long"), of.how);
  else if ("preview" in of) preview(button);
  else if ("addRow" in of) {
    const body = fieldOf(button).querySelector("table.rows tbody"), added = body.lastElementChild.cloneNode(true);
    for (const el of added.querySelectorAll("[name]")) { el.value = ""; el.removeAttribute("id"); }
    body.append(added);
    number(body);
    cell(added).focus();
  } else if ("removeRow" in of) {
    const body = row.parentElement, next = row.nextElementSibling ?? row.previousElementSibling;
    if (next) row.remove();
    else for (const el of row.querySelectorAll("[name]")) el.value = "";
    cell(next)?.focus();
    rearranged(body);
  } else if (row && "up" in of) {
    e.preventDefault();
    row.previousElementSibling?.before(row);
    rearranged(row.parentElement);
    button.focus();
  }
});

// What is dragged by its grip goes where its buttons could bring it, with the form of one of them.
document.addEventListener("pointerdown", (e) => {
  const item = e.target.closest?.(".grip")?.closest("li, tr");
  if (!item || e.button) return;
  e.preventDefault();
  const list = item.parentElement, after = item.nextElementSibling;
  list.setPointerCapture(e.pointerId);
  item.classList.add("dragged");
  list.onpointermove = ({ clientX, clientY }) => {
    const over = document.elementFromPoint(clientX, clientY)?.closest(item.localName);
    if (over === item || over?.parentElement !== list || !over.querySelector(".grip")) return;
    const { top, height } = over.getBoundingClientRect();
    over[clientY < top + height / 2 ? "before" : "after"](item);
  };
  list.onlostpointercapture = () => {
    list.onpointermove = list.onlostpointercapture = null;
    item.classList.remove("dragged");
    if (item.nextElementSibling === after) return;
    if (item.matches("tr")) return rearranged(list);
    const form = item.querySelector("form:has([name=before])");
    form.elements.before.value = item.nextElementSibling?.dataset.place ?? "";
    form.requestSubmit();
  };
});
