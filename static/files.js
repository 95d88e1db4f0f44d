// Files: they are dropped on their place or pasted into a section, how much of one is sent is shown, and of a large model file only what
// it says of itself is sent.
"use strict";
// A card is opened at once; a picture of a section waits in its form, for it still needs its words.
function take(file) {
  const input = document.querySelector("#add-file input[type=file], .drop input[type=file]"), files = new DataTransfer();
  files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.closest("details") ? reveal(input.form.querySelector("[name=alt]:required, form > button")) : input.form.requestSubmit();
}
// Text that is dropped or pasted stays text, and may bring its picture along.
on("dragover dragleave drop paste", (e) => {
  const dropped = e.dataTransfer, { types, files: [file] } = dropped ?? e.clipboardData;
  const place = dropped ? e.target.closest?.(".drop, main.section") : $("add-file");
  if (!place || !types.includes("Files") || types.includes("text/plain")) return;
  place.classList.toggle("over", e.type === "dragover");
  if (e.type !== "dragleave") e.preventDefault();
  if (file) take(file);
});

on("htmx:xhr:progress", ({ target, detail: { loaded, total } }) => target.querySelector("progress")?.setAttribute("value", loaded / total || 0));

// A file that is too large, or a picture without its words, is refused before it is sent.
on("change", ({ target }) => {
  const most = +target.dataset?.most, [file] = target.files ?? [], alt = target.form?.elements.alt;
  if (!most) return;
  if (alt) alt.required = /^image/.test(file?.type);
  target.setCustomValidity((file?.size ?? target.value.length) > most ? target.dataset.large : "");
  target.reportValidity();
});

// A model file is large, and what it says of itself is small: its header, and of an ONNX file the beginning of each field.
const view = async (file, from, to) => new DataView(await file.slice(from, to).arrayBuffer());
const read = (v, at, n = 0, m = 1, byte = v.getUint8(at), sum = n + (byte & 127) * m) => (byte < 128 ? [sum, at + 1] : read(v, at + 1, sum, m * 128));
const written = (n) => n > 127 ? [n % 128 | 128, ...written(Math.floor(n / 128))] : [n];
const fields = async (file, at, to, out, graph) => { // the graph is field 7; it comes in pieces, which readers put together
  for (let end; at < to; at = end) {
    const v = await view(file, at, Math.min(at + 20, to)), [tag, n] = read(v, 0), [size, m] = read(v, n);
    const text = (tag & 7) === 2, kept = Math.min(size, 1024), begins = [58, ...written(n + written(kept).length + kept)];
    end = at + m + (text ? size : 0);
    if (tag === 58 && !graph) await fields(file, at + m, end, out, true);
    else if (graph && text) out.push(new Uint8Array([...begins, ...written(tag), ...written(kept)]), file.slice(at + m, at + m + kept));
    else out.push(file.slice(at, end));
  }
};
on("change", async ({ target }) => {
  const file = target.files?.[0], most = +target.dataset.part, parts = [], files = new DataTransfer(), button = target.form?.querySelector("button");
  if (!most || !file || file.size <= 65536) return;
  button.disabled = true;
  const v = await view(file, 0, 9), json = v.getUint8(8) === 123;
  const header = json ? 8 + v.getUint32(0, true) + v.getUint32(4, true) * 2 ** 32 : most;
  if (v.getUint8(0) === 8) await fields(file, 0, file.size, parts).catch(() => parts.splice(0));
  files.items.add(new File(parts.length ? parts : [file.slice(0, Math.min(header, most))], file.name));
  [target.files, button.disabled] = [files.files, false];
});
