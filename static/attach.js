// Pictures and tables of a section: a file is dropped on the section or pasted into it, and how much of it is sent is shown.
"use strict";
{
  const form = () => document.querySelector("#add-file form");

  // The file waits in its form: a picture still needs its words.
  const offer = (file) => {
    const files = new DataTransfer();
    files.items.add(file);
    const input = form().querySelector("input[type=file]");
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    document.getElementById("add-file").open = true;
    const next = /^image\//.test(file.type) ? form().querySelector("[name=alt]") : form().querySelector("button");
    next.scrollIntoView({ block: "center" });
    next.focus({ preventScroll: true });
  };

  for (const type of ["dragover", "dragleave", "drop"]) document.addEventListener(type, (e) => {
    if (!e.target.closest?.("main.section") || !form() || ![...e.dataTransfer.types].includes("Files")) return;
    document.getElementById("attached").classList.toggle("over", type === "dragover");
    if (type !== "dragleave") e.preventDefault();
    if (type === "drop" && e.dataTransfer.files[0]) offer(e.dataTransfer.files[0]);
  });
  document.addEventListener("paste", (e) => {
    const file = [...e.clipboardData.files].find((f) => /^image\//.test(f.type));
    if (!file || !form() || e.clipboardData.types.includes("text/plain")) return; // copied text may bring its picture along
    e.preventDefault();
    offer(file);
  });

  document.addEventListener("htmx:xhr:progress", (e) => {
    const bar = e.target.querySelector?.("form.attach progress") ?? e.target.closest?.("form.attach")?.querySelector("progress");
    if (!bar || !e.detail.lengthComputable) return;
    bar.hidden = false;
    bar.value = e.detail.loaded / e.detail.total;
  });
  document.addEventListener("htmx:afterRequest", (e) => { for (const bar of document.querySelectorAll("form.attach progress")) bar.hidden = true; });
  document.addEventListener("htmx:afterSettle", (e) => { // before app.js, which takes it for another name of the card
    if (e.detail.elt?.id === "attached" && document.activeElement === document.body) document.getElementById("attached-title").focus();
  }, true);
}
