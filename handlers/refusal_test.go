package handlers_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3"

	"cardstock/db"
)

// pragma sets something on the one connection that writes.
func (s *server) pragma(text string) {
	s.t.Helper()
	err := s.db.Write(s.t.Context(), func(tx *db.Tx) error { _, err := tx.ExecContext(s.t.Context(), "PRAGMA "+text); return err })
	if err != nil {
		s.t.Fatal(err)
	}
}

// A fault is a state in which the server cannot save.
type fault struct {
	status int
	says   string
	begin  func(s *server) (end func()) // nil: it lasts
}

var faults = map[string]fault{
	"full disk": {507, "disk is full", func(s *server) func() {
		s.pragma("max_page_count = 1") // which means: not one page more than there are
		return func() { s.pragma("max_page_count = 1000000") }
	}},
	"read-only file": {503, "cannot get at its database", func(s *server) func() {
		s.pragma("query_only = 1")
		return nil // no transaction begins any more in which it could be taken back
	}},
	"locked by another process": {503, "cannot get at its database", func(s *server) func() {
		s.pragma("busy_timeout = 50")
		other, err := sqlx.Open("sqlite3", "file:"+s.db.Path()+"?_txlock=immediate")
		if err != nil {
			s.t.Fatal(err)
		}
		tx, err := other.Beginx()
		if err != nil {
			s.t.Fatal(err)
		}
		return func() { tx.Rollback(); other.Close() }
	}},
}

// TestWhatCannotBeSavedIsKept sends all that a person can write while the server cannot save: no text is lost, reading goes
// on, and so does saving afterwards.
func TestWhatCannotBeSavedIsKept(t *testing.T) {
	t.Parallel()
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newApp(t)
			f := s.fixture()
			end := fault.begin(s)
			f.kept(t, fault)
			f.stillRead()
			if log := s.log.String(); strings.Count(log, "nothing can be saved") != 1 || strings.Contains(log, "request failed") || strings.Contains(log, "zebra") {
				t.Errorf("the log:\n%s", log)
			}
			s.clock.add(time.Minute)
			f.post("/cards", form("template", "model", "pad", long)).is(fault.status)
			if end == nil {
				return
			}
			end()
			f.resumes()
			if log := s.log.String(); strings.Count(log, "nothing can be saved") != 2 || strings.Count(log, "saving works again") != 1 {
				t.Errorf("the log afterwards:\n%s", log)
			}
		})
	}
}

// long is a text that does not fit into what is left of a page.
var long = strings.Repeat("zebra ", 15_000)

func (f *fixture) kept(t *testing.T, fault fault) {
	t.Helper()
	const q = "model_details.type"
	answer, imported := form("answer."+q, long), string(ourJSON)+strings.Repeat(" ", 90_000)
	question, title := long[:900], long[:200]
	t.Run("plain", func(t *testing.T) {
		for _, p := range []struct {
			method, path string
			form         url.Values
			box, holds   string // where the text is afterwards
		}{
			{"PUT", f.card + "/fields/" + q, answer, named("answer." + q), long},
			{"PUT", f.card + "/sections/model_details", answer, named("answer." + q), long},
			{"POST", "/cards/import", form("text", imported), named("text"), imported},
			{"POST", f.card + "/import", form("text", imported), named("text"), imported},
		} {
			r := f.do(request{method: p.method, path: p.path, form: p.form})
			f.told(t, fault, r)
			if got := valueOf(r.one(p.box)); got != p.holds {
				t.Errorf("%s %s: the box holds %d bytes, want %d", p.method, p.path, len(got), len(p.holds))
			}
		}
	})
	if fault.status == 507 {
		return // what is short fits into the last pages
	}
	t.Run("short", func(t *testing.T) {
		for _, p := range []struct {
			path string
			form url.Values
		}{
			{f.card + "/sections/model_details/fields", form("question", question)},
			{f.card + "/sections", form("title", title)},
			{f.card, form("_method", "PUT", "title", title)},
			{f.card, form("_method", "DELETE")},
			{"/cards", form("template", "model")},
			{"/session", form("_method", "PUT", "shared", "1")},
			{"/session", form("_method", "DELETE")},
		} {
			r := f.do(request{method: "POST", path: p.path, form: p.form})
			if f.told(t, fault, r); !p.form.Has("title") && !p.form.Has("question") {
				continue // nothing was typed
			}
			again := f.formOf(r, button("Try again"), nil)
			if again.path != p.path || again.form.Encode() != p.form.Encode() {
				t.Errorf("%s: sends %s %v again", p.path, again.path, again.form)
			}
		}
	})
	t.Run("a file", func(t *testing.T) {
		r := f.upload("/cards/import", "card.json", ourJSON, nil)
		f.told(t, fault, r)
	})
	t.Run("htmx", func(t *testing.T) {
		f.htmx = true
		defer func() { f.htmx = false }()
		for _, path := range []string{f.card + "/fields/" + q, f.card + "/sections/model_details"} {
			r := f.put(path, answer)
			if f.told(t, fault, r); !r.has(toast) || len(r.body) > 1000 {
				t.Errorf("%s: %s", path, r.body)
			}
		}
	})
}

func (f *fixture) told(t *testing.T, fault fault, r *reply) {
	t.Helper()
	if r.status != fault.status || !strings.Contains(r.text(), fault.says) || !strings.Contains(r.text(), "Nothing was saved") || r.header.Get("Retry-After") == "" {
		t.Errorf("%s: %d, Retry-After %q: %s", r.what, r.status, r.header.Get("Retry-After"), r.text()[:min(300, len(r.text()))])
	}
}

// stillRead opens all pages and exports.
func (f *fixture) stillRead() {
	f.t.Helper()
	for _, path := range []string{"/", f.card, f.card + "/preview", f.card + "/history", f.card + "/import", f.card + ".json", f.card + ".html",
		f.card + ".webcards.json", "/session", "/about"} {
		if r := f.browser.do(request{method: "GET", path: path}); r.status != 200 && r.status != 303 {
			f.t.Errorf("GET %s: %d", path, r.status)
		}
	}
}

func (f *fixture) resumes() {
	f.t.Helper()
	const q = "model_details.type"
	page := f.get(f.card + "/sections/model_details").is(200)
	if got := page.answer(q); got != "" {
		f.t.Errorf("%d bytes of what was refused are there", len(got))
	}
	f.press(page, "#save", map[string]string{"answer." + q: long}).is(200)
	if got := f.get(f.card + "/sections/model_details").answer(q); got != strings.TrimSpace(long) && got != long {
		f.t.Errorf("saved %d bytes, want %d", len(got), len(long))
	}
	if r := f.get("/readyz"); r.status != 200 {
		f.t.Errorf("readyz: %d", r.status)
	}
}

// A visitor can erase on a full disk, where even deleting needs room in the log.
func TestErasingOnAFullDisk(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	end := faults["full disk"].begin(s)
	defer end()
	f.do(request{method: "DELETE", path: "/session"}).is(303)
	if n := s.sessions(); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
