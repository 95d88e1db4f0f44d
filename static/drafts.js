// What is typed is also kept in this browser until the server has acknowledged it, so that a closed laptop or a dead tab
// costs no word. On a shared computer it goes with the tab.
"use strict";
const store = (() => {
  try { return document.body.dataset.shared ? sessionStorage : localStorage; } catch { return null; } // switched off
})();
const month = 30 * 24 * 3600e3;
const desk = () => $("desk")?.dataset ?? {};
const nameOf = (card, key) => `draft ${card} ${key}`;

function drafts() {
  const all = [];
  for (const name of Object.keys(store ?? {})) {
    const [word, card, key] = name.split(" ");
    if (word !== "draft") continue;
    const d = JSON.parse(store[name]);
    if (Date.now() - d.at > month) store.removeItem(name);
    else all.push({ ...d, name, card, key });
  }
  return all;
}
function forget(which) { for (const d of drafts()) if (which(d)) store.removeItem(d.name); }

document.addEventListener("input", (e) => {
  const key = fieldOf(e.target)?.dataset.key;
  if (!key || !dirty.has(key)) return;
  const name = nameOf(desk().card, key);
  // One that is offered and not yet taken stays beside the new one, unless another tab has taken or discarded it.
  for (const el of offers(key)) if (el.dataset.name === name && store?.[name]) keep(el.dataset.name = `${name} ${Date.now()}`, store[name]);
  keep(name, JSON.stringify({ text: textOf(key), at: Date.now(), kind: desk().kind, section: $("main").dataset.section }));
});
function keep(name, draft) {
  try { store?.setItem(name, draft); } catch { /* no room: the words are in the box all the same */ }
}
const offers = (key) => $("field-" + key)?.querySelectorAll(".draft") ?? [];

// Drafts of the open section are offered beside what is stored; those of others are marked in the navigation.
function offer() {
  const own = drafts().filter((d) => d.card === desk().card);
  for (const a of document.querySelectorAll("#outline a[data-section]")) {
    a.classList.toggle("draft", own.some((d) => d.section === a.dataset.section && !dirty.has(d.key)));
  }
  for (const d of own) {
    const field = $("field-" + d.key), typed = dirty.has(d.key) && d.name === nameOf(d.card, d.key);
    if (!field || typed || [...offers(d.key)].some((el) => el.dataset.name === d.name)) continue;
    if (textOf(d.key) === d.text) { store.removeItem(d.name); continue; }
    const el = $("draft").content.firstElementChild.cloneNode(true), [into, discard] = el.querySelectorAll("button");
    const done = () => { store.removeItem(el.dataset.name); el.remove(); $("box-" + d.key)?.focus(); };
    el.dataset.name = d.name;
    el.querySelector("span").textContent = new Date(d.at).toLocaleString();
    el.querySelector("pre").textContent = d.text || "(emptied)";
    into.onclick = () => {
      done();
      if (dirty.has(d.key)) keep(`${nameOf(d.card, d.key)} ${Date.now()}`, JSON.stringify({ ...d, text: textOf(d.key) })); // instead of this one
      fill(d.key, d.text);
      offer();
    };
    discard.onclick = () => { done(); offer(); };
    field.append(el);
  }
}

// The drafts of a card that is gone can be carried into a new one.
async function carry(lost, start) {
  const r = await fetch(start, { method: "POST", body: new URLSearchParams({ template: lost[0].kind }) });
  const card = r.url.match(/\/cards\/([^/?]+)/)?.[1];
  if (!r.ok || !card) return;
  for (const d of lost) {
    store.setItem(d.name.replace(d.card, card), store[d.name]);
    store.removeItem(d.name);
  }
  dirty.clear();
  location.assign(`${start}/${card}/sections/${encodeURIComponent(lost[0].section)}`);
}
function lost(which, start) {
  const gone = drafts().filter(which);
  if (!gone.length) return "";
  const card = gone.filter((d) => d.card === gone[0].card);
  const el = $("lost-words").content.firstElementChild.cloneNode(true), [into, discard] = el.querySelectorAll("button");
  into.textContent = card.length > 1 ? `Carry ${card.length} answers into a new card` : "Carry it into a new card";
  into.onclick = () => carry(card, start);
  discard.onclick = () => { forget((d) => d.card === card[0].card); el.remove(); };
  return el;
}
document.addEventListener("htmx:afterRequest", (e) => {
  const key = e.detail.elt.dataset?.key;
  if (key && e.detail.successful && !dirty.has(key)) store?.removeItem(nameOf(desk().card, key));
  if (key && e.detail.xhr.status === 404 && !$("lost")) $("main").prepend(lost((d) => d.card === desk().card, $("section-form").action.replace(/\/cards\/.*/, "/cards")));
});
document.addEventListener("htmx:afterSettle", offer);
document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("form.choices");
  if ($("desk")) offer();
  else if (list) $("main").prepend(lost((d) => !$("card-" + d.card), list.action));
});

// Erasing erases drafts too.
document.addEventListener("submit", (e) => {
  if (e.target.elements._method?.value !== "DELETE") return;
  const path = new URL(e.target.action).pathname, card = path.match(/\/cards\/([^/]+)$/)?.[1];
  if (card) forget((d) => d.card === card);
  else if (path.endsWith("/session")) forget(() => true);
}, true);
