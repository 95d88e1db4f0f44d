// A model file is large, and what it says of itself is small: only that is sent, and of an ONNX file the beginning of each field.
"use strict";
{
  const view = async (file, from, to) => new DataView(await file.slice(from, to).arrayBuffer());
  const read = (v, at) => { for (let n = 0, m = 1; ; m *= 128) { const b = v.getUint8(at++); n += (b & 127) * m; if (b < 128) return [n, at]; } };
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
  document.addEventListener("change", async ({ target }) => {
    const file = target.files?.[0], most = +target.dataset.part, parts = [], files = new DataTransfer(), button = target.form?.querySelector("button");
    if (!most || !file || file.size <= 65536) return;
    button.disabled = true;
    const v = await view(file, 0, 9), json = v.getUint8(8) === 123;
    const header = json ? 8 + v.getUint32(0, true) + v.getUint32(4, true) * 2 ** 32 : most;
    if (v.getUint8(0) === 8) await fields(file, 0, file.size, parts).catch(() => parts.splice(0));
    files.items.add(new File(parts.length ? parts : [file.slice(0, Math.min(header, most))], file.name));
    [target.files, button.disabled] = [files.files, false];
  });
}
