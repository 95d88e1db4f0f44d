package handlers_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"mime/multipart"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/valyala/fasthttp/fasthttputil"

	"cardstock/card"
	"cardstock/card/format"
	"cardstock/session"
)

// A prey is an application for a fuzzer to throw things at, with a session in it that no input may reach. Requests go through memory: on
// real ports a fuzzer would soon have used up all.
type prey struct {
	*server
	victim      *session.Visit
	victimToken string
	victimCard  string
	before      string // the victim's rows
	book        *sqlx.DB
	templates   *card.Templates
}

const secret = "Cordulegaster" // what the victim wrote

func newPrey(f *testing.F) *prey {
	s, stop, err := start(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(stop)
	s.app.Handler() // makes the app ready, which elsewhere a connection waits for
	s.dial = func() (net.Conn, error) {
		pipe := fasthttputil.NewPipeConns()
		go s.app.Server().ServeConn(pipe.Conn1())
		return pipe.Conn2(), nil
	}
	x := &prey{server: s}
	if x.templates, err = templatesOnce(); err != nil {
		f.Fatal(err)
	}
	x.t = f
	x.book = x.server.book()
	x.victim, x.victimToken, x.victimCard = x.keep(sampleCard(secret))
	x.before = x.rows()
	return x
}

// for one input: what fails is the test of this input.
func (x *prey) with(t *testing.T) *prey {
	own := *x
	s := *x.server
	s.t = t
	own.server = &s
	return &own
}

// sampleCard has a section of each kind that the routes write to, with a question of each kind.
func sampleCard(answer string) *card.Card {
	return &card.Card{Kind: card.Model, Template: "model", Title: answer, Sections: []card.Section{
		{Key: "model_details", Title: "Model details", Fields: []card.Field{
			{Key: "model_details.name", Label: "Name", Kind: card.Line, Essential: true, Answer: answer},
			{Key: "version.date", Label: "Date", Kind: card.Date, Answer: "2026-01-31"},
			{Key: "a.list", Label: "List", Kind: card.List},
			{Key: "a.number", Label: "Number", Kind: card.Number, Answer: "1"},
			{Key: "a.choice", Label: "Choice", Kind: card.Choice, Options: []string{"yes", "no"}},
			{Key: "a.table", Label: "Table", Kind: card.Table, Columns: []card.Column{{Key: "value", Title: "Value", Kind: card.Line}, {Key: "n", Title: "N", Kind: card.Number}}},
		}},
		{Key: "own", Title: "My section", Custom: true, Fields: []card.Field{{Key: "custom.q", Label: "My question?", Kind: card.Text, Custom: true, Answer: answer}}},
	}}
}

// keep makes a session with one card.
func (x *prey) keep(c *card.Card) (v *session.Visit, token, path string) {
	x.t.Helper()
	v, err := x.keeper.Visit(x.t.Context(), "")
	if err != nil {
		x.t.Fatal(err)
	}
	id, err := v.Scope().CreateCard(x.t.Context(), c, nil)
	if err != nil {
		x.t.Fatal(err)
	}
	return v, v.Settle(x.t.Context(), false).Value, "/cards/" + id
}

// rows are the victim's, in a form to compare.
func (x *prey) rows() string {
	x.t.Helper()
	var b strings.Builder
	for _, of := range [][2]string{{"session", "id"}, {"card", "session_id"}, {"section", "session_id"}, {"field", "session_id"}, {"revision", "session_id"}, {"file", "session_id"},
		{"attachment", "session_id"}, {"attachment_chunk", "session_id"}} {
		rows, err := x.book.Queryx("SELECT * FROM "+of[0]+" WHERE "+of[1]+" = ? ORDER BY 1, 2, 3", x.victim.Scope().Session())
		if err != nil {
			x.t.Fatal(err)
		}
		for rows.Next() {
			values, err := rows.SliceScan()
			if err != nil {
				x.t.Fatal(err)
			}
			fmt.Fprintf(&b, "%s %q\n", of[0], values)
		}
		rows.Close()
	}
	return b.String()
}

// sound fails if the victim's rows changed, or if what is stored for an attacker is no card that can be shown and taken away.
func (x *prey) sound(attacker *session.Visit, token string) {
	x.t.Helper()
	if x.rows() != x.before {
		x.t.Fatal("another session's rows changed")
	}
	cards, err := attacker.Scope().Cards(x.t.Context(), x.templates)
	if err != nil {
		x.t.Fatal(err)
	}
	x.fine("GET", "/", token, "", 200)
	for _, summary := range cards {
		c, err := attacker.Scope().Card(x.t.Context(), summary.ID)
		if err != nil {
			x.t.Fatal(err)
		}
		if err := c.Check(); err != nil {
			x.t.Fatalf("a card is stored that breaks a rule: %v", err)
		}
		path := "/cards/" + summary.ID
		for _, p := range []string{path, path + "/preview", path + "/history", path + ".html", path + ".webcards.json"} {
			if r := x.fine("GET", p, token, "", 200, 303); r.status == 303 {
				x.fine("GET", r.header.Get("Location"), token, "", 200)
			}
		}
		if _, err := format.Read(x.templates, x.fine("GET", path+".json", token, "", 200).body); err != nil {
			x.t.Fatalf("its own export is not read again: %v", err)
		}
	}
}

// fine makes a request and fails unless the reply has one of the statuses, none given: is no failure of the server, and shows nothing of the victim.
func (x *prey) fine(method, path, token, body string, statuses ...int) *reply {
	x.t.Helper()
	return x.checked(x.sent(method, path, "cardstock="+token, body), statuses...)
}

func (x *prey) checked(r *reply, statuses ...int) *reply {
	x.t.Helper()
	good := len(statuses) == 0 && r.status < 500
	for _, status := range statuses {
		good = good || r.status == status
	}
	if !good {
		x.t.Fatalf("%s: status %d\n%s\n%s", r.what, r.status, clip(r.body), x.log)
	}
	if bytes.Contains(r.body, []byte(secret)) {
		x.t.Fatalf("%s shows what another session wrote", r.what)
	}
	return r
}

// header makes text fit for one line of a request's head.
func header(text string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(text) }

// hashOf is what the database knows a token by.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// formRoutes are the routes that write, each with a form that fits the sample card, whose id is ID.
func formRoutes(f *testing.F, s *server) []write {
	fixture := &fixture{browser: &browser{t: f, server: s}, card: "/cards/ID", section: "own", field: "custom.q", file: "none"}
	writes := fixture.writes()
	if len(writes) < 20 {
		f.Fatalf("only %d routes", len(writes))
	}
	return writes
}

// fileForm is a form with a file in it, as a browser sends one.
func fileForm(t *testing.T, name string, data []byte, values url.Values) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for key := range values {
		m.WriteField(key, values.Get(key))
	}
	w, err := m.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(data)
	m.Close()
	return m.FormDataContentType(), b.String()
}
