// Files are dropped on their place or pasted into a section, and how much of one is sent is shown.
"use strict";
// A card is opened at once; a picture of a section waits in its form, for it still needs its words.
function take(file) {
  const input = document.querySelector("#add-file input[type=file], .drop input[type=file]"), files = new DataTransfer();
  files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const box = input.closest("details");
  if (!box) return input.form.requestSubmit();
  box.open = true;
  const next = box.querySelector(/^image\//.test(file.type) ? "[name=alt]" : "form > button");
  next.scrollIntoView({ block: "center" });
  next.focus({ preventScroll: true });
}

for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, (e) => {
  const place = e.target.closest?.(".drop, main.section");
  if (!place || ![...e.dataTransfer.types].includes("Files")) return;
  place.classList.toggle("over", type === "dragover");
  if (type !== "dragleave") e.preventDefault();
  if (type === "drop" && e.dataTransfer.files[0]) take(e.dataTransfer.files[0]);
});
document.addEventListener("paste", (e) => {
  const file = [...e.clipboardData.files].find((f) => /^image\//.test(f.type));
  if (!file || !$("add-file") || e.clipboardData.types.includes("text/plain")) return; // copied text may bring its picture along
  e.preventDefault();
  take(file);
});

document.addEventListener("htmx:xhr:progress", (e) => {
  const bar = e.target.closest?.("form.attach")?.querySelector("progress");
  if (!bar || !e.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = e.detail.loaded / e.detail.total;
});
document.addEventListener("htmx:afterRequest", () => { for (const bar of document.querySelectorAll("form.attach progress")) bar.hidden = true; });
