package handlers_test

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// The pages that the random test looks at, each against the model.

func (w *world) checkList(g *guest) {
	w.Helper()
	cards := slices.Clone(g.cards)
	slices.SortFunc(cards, func(a, b *mCard) int { return cmp.Or(cmp.Compare(b.changed, a.changed), cmp.Compare(a.id, b.id)) })
	page := w.look(g, "/").body()
	if n := bytes.Count(page, []byte(`<li id="card-`)); n != len(cards) {
		w.fail("g%d sees %d cards and has %d", g.n, n, len(cards))
	}
	for _, c := range cards {
		_, _, essentials, essential := progress(c.sections...)
		w.need(g, "/", page, `<li id="card-`+c.id, `<a href="/cards/`+c.id+`" dir="auto">`+escaped(w.nameOf(c))+`</a>`, fmt.Sprintf(", %d of %d essentials</small>", essentials, essential))
		page = page[bytes.Index(page, []byte(c.id)):]
	}
}

func (w *world) checkCounts(g *guest) {
	w.Helper()
	page := w.look(g, "/session").body()
	if g.kept == nil {
		w.need(g, "/session", page, "Nothing is kept about you.")
		return
	}
	count := map[string]int{}
	answers, earlier, files := 0, 0, 0
	for _, c := range g.cards {
		n, _, _, _ := progress(c.sections...)
		count[c.kind]++
		answers += n
		files += len(c.files)
		for _, r := range c.earlier {
			if r.before != "" {
				earlier++
			}
		}
	}
	said := strconv.Itoa(answers)
	if earlier > 0 {
		said += ", and " + counted(earlier, "earlier version") + " of them"
	}
	w.need(g, "/session", page, "<dd>"+counted(count["model"], "model card")+", "+counted(count["datasheet"], "datasheet")+"</dd>",
		"<dd>"+said+"</dd>", "<dd>"+strconv.Itoa(files)+"</dd>", `<dd id="used">`) // how much: db's TestWhatASessionHoldsIsKnown
	if shared := bytes.Contains(page, []byte("You said that others use this computer")); shared != g.kept.shared {
		w.fail("g%d: shared %v, and the page says %v", g.n, g.kept.shared, shared)
	}
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func (w *world) checkExport(g *guest, c *mCard) {
	w.Helper()
	if wrong := differ(string(w.look(g, "/cards/"+c.id+".json").body()), c.asJSON()); wrong != "" {
		w.fail("g%d, the card %s: %s", g.n, c.id, wrong)
	}
}

// checkSection looks at one section in the editor: its answers, and what stands for them in the form.
func (w *world) checkSection(g *guest, c *mCard, i int) {
	w.Helper()
	s := &c.sections[i]
	path := "/cards/" + c.id + "/sections/" + s.key
	page := w.look(g, path).body()
	var texts []string
	for _, f := range s.fields {
		texts = append(texts, `data-key="`+f.key+`"`, escaped(f.label))
		if f.kind != "table" && f.kind != "choice" {
			texts = append(texts, escaped(f.answer))
		}
		texts = append(texts, `name="rev.`+f.key+`" value="`+revToken(f.rev, f.answer)+`"`)
	}
	w.need(g, path, page, texts...)
	if n := bytes.Count(page, []byte(`<input type="hidden" name="rev.`)); n != len(s.fields) {
		w.fail("g%d, %s: %d questions, not %d", g.n, path, n, len(s.fields))
	}
}

// checkFiles looks at the list of uploads that were taken in, and learns their ids.
func (w *world) checkFiles(g *guest, c *mCard) {
	w.Helper()
	path := "/cards/" + c.id + "/import"
	page := w.look(g, path).body()
	var originals []*mFile
	for i := range c.files {
		if c.files[i].role == "original" {
			originals = append(originals, &c.files[i])
		}
	}
	if n := bytes.Count(page, []byte(`href="/cards/`+c.id+`/files/`)); n != len(originals) {
		w.fail("g%d, %s: %d files, not %d", g.n, path, n, len(originals))
	}
	slices.SortFunc(originals, func(a, b *mFile) int { return cmp.Compare(b.created, a.created) })
	for _, f := range originals {
		_, rest, found := bytes.Cut(page, []byte(`href="/cards/`+c.id+`/files/`))
		id, rest, _ := bytes.Cut(rest, []byte(`" download>`))
		if f.id == "" {
			f.id = string(id)
		}
		if !found || f.id != string(id) || !bytes.HasPrefix(rest, []byte(f.name+"</a>")) {
			w.fail("g%d, %s: not the file %s %s but %q", g.n, path, f.id, f.name, clip(page))
		}
		page = rest
	}
}
