// What is typed is also kept in this browser until the server has acknowledged it, so that a closed laptop or a dead tab
// costs no word. On a shared computer it goes with the tab.
"use strict";
const store = (() => {
  try { return document.body.dataset.shared ? sessionStorage : localStorage; } catch { return null; } // switched off
})();
const month = 30 * 24 * 3600e3;
const desk = () => $("desk")?.dataset ?? {};
const nameOf = (card, key) => `draft ${card} ${key}`;
const offers = (key) => [...$("field-" + key)?.querySelectorAll(".draft") ?? []];

function drafts() {
  const all = Object.keys(store ?? {}).filter((name) => name.startsWith("draft ")).map((name) => {
    const [, card, key] = name.split(" ");
    return { ...JSON.parse(store[name]), name, card, key };
  });
  return all.filter((d) => Date.now() - d.at <= month || store.removeItem(d.name));
}
const forget = (which) => drafts().filter(which).forEach((d) => store.removeItem(d.name));
const note = (text) => JSON.stringify({ text, at: Date.now(), kind: desk().kind, section: $("main").dataset.section });
function keep(name, d) {
  try { store?.setItem(name, d); } catch { /* no room: the words are in the box all the same */ }
}
function draft(key) {
  const name = nameOf(desk().card, key), shown = store?.[name] && offers(key).find((el) => el.dataset.name === name);
  // One that is offered and not yet taken stays beside the new one, unless another tab has taken or discarded it.
  if (shown) keep(shown.dataset.name = `${name} ${Date.now()}`, store[name]);
  keep(name, note(textOf(key)));
}

// Drafts of the open section are offered beside what is stored; those of others are marked in the navigation.
function offer() {
  const own = drafts().filter((d) => d.card === desk().card);
  for (const a of links()) a.classList.toggle("draft", own.some((d) => d.section === a.dataset.section && !dirty.has(d.key)));
  for (const d of own) {
    const field = $("field-" + d.key), typed = dirty.has(d.key) && d.name === nameOf(d.card, d.key);
    if (!field || typed || offers(d.key).some((el) => el.dataset.name === d.name)) continue;
    if (textOf(d.key) === d.text) store.removeItem(d.name);
    else field.append(offered(d));
  }
}
function offered(d) {
  const el = $("draft").content.firstElementChild.cloneNode(true), [into, discard] = el.querySelectorAll("button");
  const done = () => { store.removeItem(el.dataset.name); el.remove(); $("box-" + d.key)?.focus(); };
  el.dataset.name = d.name;
  el.querySelector("span").textContent = new Date(d.at).toLocaleString();
  el.querySelector("pre").textContent = d.text || "(emptied)";
  into.onclick = () => {
    done();
    if (dirty.has(d.key)) keep(`${nameOf(d.card, d.key)} ${Date.now()}`, note(textOf(d.key))); // instead of this one
    fill(d.key, d.text);
    offer();
  };
  discard.onclick = () => { done(); offer(); };
  return el;
}

// The drafts of a card that is gone can be carried into a new one.
async function carry(lost, start) {
  const r = await fetch(start, { method: "POST", body: new URLSearchParams({ template: lost[0].kind }) });
  const card = r.url.match(/\/cards\/([^/?]+)/)?.[1];
  if (!r.ok || !card) return;
  for (const d of lost) store.setItem(d.name.replace(d.card, card), store[d.name]);
  for (const d of lost) store.removeItem(d.name);
  dirty.clear();
  location.assign(`${start}/${card}/sections/${encodeURIComponent(lost[0].section)}`);
}
function lost(which, start) {
  const gone = drafts().filter(which), card = gone.filter((d) => d.card === gone[0].card);
  if (!gone.length || $("lost")) return "";
  const el = $("lost-words").content.firstElementChild.cloneNode(true), [into, discard] = el.querySelectorAll("button");
  into.textContent = card.length > 1 ? `Carry ${card.length} answers into a new card` : "Carry it into a new card";
  into.onclick = () => carry(card, start);
  discard.onclick = () => { forget((d) => d.card === card[0].card); el.remove(); };
  return el;
}
const showLost = () => $("main").prepend(lost((d) => d.card === desk().card, $("section-form").action.replace(/\/cards\/.*/, "/cards")));
on("DOMContentLoaded", () => {
  const list = document.querySelector("form.choices");
  if ($("desk")) offer();
  else if (list) $("main").prepend(lost((d) => !$("card-" + d.card), list.action));
});

// Erasing erases drafts too.
on("submit", ({ target: { action, elements } }) => {
  if (elements._method?.value !== "DELETE") return;
  const { pathname } = new URL(action), card = pathname.match(/\/cards\/([^/]+)$/)?.[1];
  if (card || pathname.endsWith("/session")) forget((d) => !card || d.card === card);
}, true);
