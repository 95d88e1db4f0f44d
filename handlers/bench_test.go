package handlers_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"cardstock/card"
	"cardstock/db"
	"cardstock/handlers"
	"cardstock/session"
)

// The benchmarks make one request after another over one connection to 127.0.0.1; beside each runs bare Fiber sending as
// many bytes over another. The database holds 10,000 sessions with a card each. What is allocated for asking is counted, too.

const benchSessions = 10_000

type bench struct {
	client *fasthttp.HostClient
	cookie string
	card   string
	rev    string
}

var (
	benchOnce sync.Once
	benched   *bench
)

// benchApp makes the application and its database once for all benchmarks.
func benchApp(b *testing.B) *bench {
	b.Helper()
	benchOnce.Do(func() { benched = makeBench(b) })
	if benched == nil {
		b.Fatal("the database was not made")
	}
	return benched
}

func makeBench(b *testing.B) *bench {
	ctx := context.Background() // it outlives the first benchmark
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		b.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "cardstock-bench")
	if err != nil {
		b.Fatal(err)
	}
	d, err := db.Open(ctx, db.Options{Path: filepath.Join(dir, "cards.db"), Schema: string(schema)})
	if err != nil {
		b.Fatal(err)
	}
	atEnd = append(atEnd, func() { d.Close(); os.RemoveAll(dir) })
	keeper, err := session.New(ctx, d, nil, session.Options{})
	if err != nil {
		b.Fatal(err)
	}
	templates, err := templatesOnce()
	if err != nil {
		b.Fatal(err)
	}
	app, err := handlers.New(handlers.Options{DB: d, Sessions: keeper, Templates: templates, Views: os.DirFS("../views"), Static: os.DirFS("../static"),
		MaxUpload: 5 << 20, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		b.Fatal(err)
	}
	if err := d.Write(ctx, func(tx *db.Tx) error { return fillSessions(tx, templates.Get("model").New()) }); err != nil {
		b.Fatal(err)
	}
	made := &bench{client: listen(b, app)}
	r := made.call(fiber.MethodPost, "/cards", "template=model")
	made.card = string(r.Response.Header.Peek("Location"))
	var c fasthttp.Cookie
	c.SetKey("cardstock")
	if !r.Response.Header.Cookie(&c) || made.card == "" {
		b.Fatalf("no card was made: %s", r.Response.Body())
	}
	made.cookie = string(c.Value())
	made.save(b, 0)
	return made
}

// fillSessions inserts the rows directly: a session with a half-filled card, 10,000 times.
func fillSessions(tx *db.Tx, c *card.Card) error {
	now := time.Now().UnixMilli()
	ttl := (30 * 24 * time.Hour).Milliseconds()
	type insert struct {
		query string
		args  []any
	}
	for i := range benchSessions {
		id := fmt.Sprintf("session%09d", i)
		sum := sha256.Sum256([]byte(id))
		rows := []insert{
			{`INSERT INTO session (id, token_hash, ttl, created_at, touched_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
				[]any{id, base64.RawURLEncoding.EncodeToString(sum[:]), ttl, now, now, now + ttl}},
			{`INSERT INTO card (session_id, id, kind, template, title, created_at, changed_at) VALUES (?, 'card', 'model', 'model', 'A card', ?, ?)`, []any{id, now, now}},
		}
		sections, fields := insert{}, insert{}
		for n, s := range c.Sections {
			sections.args = append(sections.args, id, s.Key, n, s.Title)
			for m, f := range s.Fields {
				answer := strings.Repeat("words of an answer ", (n+m)%4)
				fields.args = append(fields.args, id, f.Key, s.Key, m, f.Label, f.Kind, answer, card.Answered(answer), now)
			}
		}
		sections.query = `INSERT INTO section (session_id, card_id, key, position, title, custom) VALUES ` + strings.Repeat("(?,'card',?,?,?,0),", len(sections.args)/4-1) + "(?,'card',?,?,?,0)"
		fields.query = `INSERT INTO field (session_id, card_id, key, section_key, position, label, kind, essential, custom, shape, answer, answered, rev, saved_at) VALUES ` +
			strings.Repeat("(?,'card',?,?,?,?,?,0,0,'',?,?,1,?),", len(fields.args)/9-1) + "(?,'card',?,?,?,?,?,0,0,'',?,?,1,?)"
		for _, r := range append(rows, sections, fields) {
			if _, err := tx.ExecContext(context.Background(), r.query, r.args...); err != nil {
				return err
			}
		}
	}
	return nil
}

// listen serves an application until the benchmarks end.
func listen(b *testing.B, app *fiber.App) *fasthttp.HostClient {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go app.Listener(l)
	return &fasthttp.HostClient{Addr: l.Addr().String(), MaxConns: 1}
}

// exchange is a request and its reply.
type exchange struct {
	Request  fasthttp.Request
	Response fasthttp.Response
}

// call makes one request.
func (m *bench) call(method, path, body string, header ...string) *exchange {
	c := &exchange{}
	c.Request.Header.SetMethod(method)
	c.Request.SetRequestURI(path)
	c.Request.Header.SetHost(m.client.Addr)
	if m.cookie != "" {
		c.Request.Header.SetCookie("cardstock", m.cookie)
	}
	if body != "" {
		c.Request.Header.SetContentType(fiber.MIMEApplicationForm)
		c.Request.SetBodyString(body)
	}
	for i := 0; i+1 < len(header); i += 2 {
		c.Request.Header.Set(header[i], header[i+1])
	}
	if err := m.client.Do(&c.Request, &c.Response); err != nil {
		panic(err)
	}
	return c
}

// save autosaves an answer and keeps its new revision.
func (m *bench) save(b *testing.B, i int) int {
	b.Helper()
	const key = "intended_use.primary_uses"
	args := fasthttp.AcquireArgs()
	defer fasthttp.ReleaseArgs(args)
	args.Set("answer."+key, fmt.Sprint("what was typed so far ", i, " at ", time.Now().UnixNano()))
	args.Set("rev."+key, m.rev)
	r := m.call(fiber.MethodPut, m.card+"/fields/"+key, args.String(), "HX-Request", "true")
	if r.Response.StatusCode() != 200 {
		b.Fatalf("%d %s", r.Response.StatusCode(), r.Response.Body())
	}
	_, rest, _ := bytes.Cut(r.Response.Body(), []byte(`name="rev.`+key+`" value="`))
	rev, _, ok := bytes.Cut(rest, []byte(`"`))
	if !ok {
		b.Fatalf("no revision in %s", r.Response.Body())
	}
	m.rev = string(rev)
	return len(r.Response.Body())
}

// besides runs what and, beside it, bare Fiber that answers with as many bytes.
func besides(b *testing.B, what func(b *testing.B) (bytes int)) {
	size := 0
	b.Run("cardstock", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			size = what(b)
		}
		b.ReportMetric(float64(size), "bytes/reply")
	})
	b.Run("bare", func(b *testing.B) {
		if size == 0 {
			size = what(b)
		}
		app := fiber.New(fiber.Config{DisableStartupMessage: true})
		body := bytes.Repeat([]byte("x"), size)
		app.Get("/", func(c *fiber.Ctx) error { return c.Send(body) })
		bare := &bench{client: listen(b, app)}
		b.ReportAllocs()
		for b.Loop() {
			if r := bare.call(fiber.MethodGet, "/", ""); len(r.Response.Body()) != size {
				b.Fatal(r.Response.StatusCode())
			}
		}
		b.ReportMetric(float64(size), "bytes/reply")
	})
}

func (m *bench) get(b *testing.B, path string, header ...string) int {
	r := m.call(fiber.MethodGet, path, "", header...)
	if r.Response.StatusCode() != 200 || len(r.Response.Body()) < 500 {
		b.Fatalf("%d %s", r.Response.StatusCode(), r.Response.Body())
	}
	return len(r.Response.Body())
}

func BenchmarkSectionPage(b *testing.B) {
	m := benchApp(b)
	besides(b, func(b *testing.B) int { return m.get(b, m.card+"/sections/intended_use") })
}

func BenchmarkSectionPageGzip(b *testing.B) {
	m := benchApp(b)
	besides(b, func(b *testing.B) int {
		return m.get(b, m.card+"/sections/intended_use", "Accept-Encoding", "gzip")
	})
}

func BenchmarkSectionFragment(b *testing.B) {
	m := benchApp(b)
	besides(b, func(b *testing.B) int { return m.get(b, m.card+"/sections/intended_use", "HX-Request", "true") })
}

func BenchmarkPutField(b *testing.B) {
	m := benchApp(b)
	i := 0
	besides(b, func(b *testing.B) int { i++; return m.save(b, i) })
}

func BenchmarkImport(b *testing.B) {
	m := benchApp(b)
	data, err := os.ReadFile("../card/format/testdata/webcards-model.json")
	if err != nil {
		b.Fatal(err)
	}
	args := fasthttp.AcquireArgs()
	defer fasthttp.ReleaseArgs(args)
	args.Set("text", string(data))
	form := args.String()
	visitor, n := &bench{client: m.client}, 0
	besides(b, func(b *testing.B) int {
		if n++; n%400 == 0 {
			visitor.cookie = "" // a session holds 500 cards
		}
		r := visitor.call(fiber.MethodPost, "/cards/import", form)
		if r.Response.StatusCode() != fiber.StatusSeeOther {
			b.Fatalf("%d %s", r.Response.StatusCode(), r.Response.Body())
		}
		var c fasthttp.Cookie
		c.SetKey("cardstock")
		if visitor.cookie == "" && r.Response.Header.Cookie(&c) {
			visitor.cookie = string(c.Value())
		}
		return max(len(r.Response.Body()), 1)
	})
}
