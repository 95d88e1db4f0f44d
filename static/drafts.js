// What is typed is also kept in this browser until the server has acknowledged it, so that a closed laptop or a dead tab
// costs no word. On a shared computer it goes with the tab.
"use strict";
const held = (s) => Object.keys(s).filter((name) => name.startsWith("draft ") && s[name].startsWith("{"));
const move = (name, from, to = from, as = name) => [to.setItem(as, from[name]), from.removeItem(name)];
const store = (() => { try {
  const { shared } = document.body.dataset;
  if (shared) held(localStorage).forEach((name) => move(name, localStorage, sessionStorage));
  return shared || held(sessionStorage)[0] ? sessionStorage : localStorage; // what is held there is of a shared session that has ended
} catch { return null; } })(); // switched off
const desk = () => $("desk")?.dataset ?? {};
const nameOf = (card, key) => `draft ${card} ${key}`, asideOf = (name) => `${name} ${Date.now()}`;
const offerOf = (name) => document.querySelector(`.draft[data-name="${name}"]`);

function drafts() {
  const all = held(store ?? {}).map((name) => ({ ...JSON.parse(store[name]), name, card: name.split(" ")[1], key: name.split(" ")[2] }));
  return all.filter((d) => Date.now() - d.at <= 30 * 24 * 3600e3 || store.removeItem(d.name));
}
const forget = (which) => drafts().filter(which).forEach((d) => store.removeItem(d.name));
const note = (text) => JSON.stringify({ text, at: Date.now(), kind: desk().kind, template: desk().template, section: section() });
// own is what this tab has put there, by name.
const own = {}, keep = (name, d) => { try { store?.setItem(name, d), (own[name] = d); } catch { /* no room: they are in the box all the same */ } };
function draft(key) {
  const name = nameOf(desk().card, key), there = store?.[name], aside = asideOf(name);
  // One that is offered and not yet taken, or is another tab's, stays beside the new one.
  if (there && (there !== own[name] || offerOf(name))) [keep(aside, there), Object.assign(offerOf(name)?.dataset ?? {}, { name: aside })];
  keep(name, note(textOf(key)));
}

// Drafts of the open section are offered beside what is stored; those of others are marked in the navigation. One whose question or section
// this card does not have is shown all the same, to be copied.
function offer() {
  for (const el of document.querySelectorAll(".field .draft")) if (!store[el.dataset.name]) el.remove(); // by another tab
  for (const d of drafts().filter((d) => d.card === desk().card)) {
    const has = links().some((a) => a.dataset.section === d.section), lost = (!has || d.section === section()) && $("section-form");
    const field = $("field-" + d.key) ?? lost, typed = dirty.has(d.key) && d.name === nameOf(d.card, d.key);
    if (!field || typed || offerOf(d.name)) continue;
    textOf(d.key) === d.text ? store.removeItem(d.name) : field.append(offered(d));
  }
  const own = drafts().filter((d) => d.card === desk().card && !dirty.has(d.key));
  for (const a of links()) a.classList.toggle("draft", own.some((d) => d.section === a.dataset.section));
}
function offered(d) {
  const el = $("draft").content.firstElementChild.cloneNode(true), [into, discard] = el.querySelectorAll("button");
  into.onclick = discard.onclick = ({ target }) => {
    const there = store[el.dataset.name], aside = asideOf(nameOf(d.card, d.key));
    store.removeItem(el.dataset.name);
    el.remove();
    $("box-" + d.key)?.focus();
    if (target === into) [dirty.has(d.key) && keep(aside, note(textOf(d.key))), fill(d.key, d.text)];
    if (target === into && textOf(d.key) !== d.text) keep(aside + 1, there); // what the box cannot hold
    offer();
  };
  [el.dataset.name, into.hidden] = [d.name, !$("field-" + d.key)];
  [el.querySelector("span").textContent, el.querySelector("pre").textContent] = [new Date(d.at).toLocaleString(), d.text || "(emptied)"];
  return el;
}

// The drafts of a card that is gone can be carried into a new one.
async function carry(lost, start) {
  const r = await fetch(start, { method: "POST", body: new URLSearchParams({ template: lost[0].template ?? lost[0].kind }) });
  const card = r.url.match(/\/cards\/([^/?]+)/)?.[1];
  if (!r.ok || !card) return;
  for (const d of drafts().filter((d) => d.card === lost[0].card)) move(d.name, store, store, d.name.replace(d.card, card));
  dirty.clear();
  const there = (await r.text()).includes(`data-section="${lost[0].section}"`);
  location.assign(there ? `${start}/${card}/sections/${encodeURIComponent(lost[0].section)}` : r.url);
}
function showLost(which) {
  const gone = drafts().filter(which), all = gone.filter((d) => d.card === gone[0].card);
  if (!gone.length || $("lost")) return;
  const el = $("lost-words").content.firstElementChild.cloneNode(true), [into, discard] = el.querySelectorAll("button");
  into.textContent = all.length > 1 ? `Carry ${all.length} answers into a new card` : "Carry it into a new card";
  into.onclick = () => [(into.disabled = true), carry(all, el.dataset.start).finally(() => (into.disabled = false))];
  discard.onclick = () => { forget((d) => d.card === all[0].card); el.remove(); };
  $("main").prepend(el);
}
$("desk") ? offer() : document.querySelector("form.choices") && showLost((d) => !$("card-" + d.card));

// Another tab has saved its words, or has taken or discarded a draft.
on("storage", ({ newValue }) => newValue || offer());

// Erasing erases drafts too.
on("submit", ({ target: { dataset: { erases } } }) => erases && forget((d) => ["all", d.kind, d.card].includes(erases)), true);
