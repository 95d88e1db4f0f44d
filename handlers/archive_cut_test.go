package handlers_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"cardstock/handlers"
	"cardstock/limit"
)

// withNoise makes four cards with a picture that does not get small in an archive, and returns their addresses. Each is some five megabytes there.
func (b *browser) withNoise() []string {
	b.t.Helper()
	picture, source := image.NewNRGBA(image.Rect(0, 0, 800, 800)), rand.NewChaCha8([32]byte{})
	source.Read(picture.Pix)
	for i := 3; i < len(picture.Pix); i += 4 {
		picture.Pix[i] = 255
	}
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&file, picture); err != nil {
		b.t.Fatal(err)
	}
	cards := []string{b.newCard("model")}
	b.do(request{method: "POST", path: cards[0] + "/files", file: &upload{"noise.png", file.Bytes()},
		form: form("section", "quantitative_analyses", "alt", "x")}).is(303)
	for range 3 {
		b.server.clock.add(time.Second)
		cards = append(cards, b.do(request{method: "POST", path: cards[0] + "/copies"}).is(303).header.Get("Location"))
	}
	return cards
}

// slowly asks for something and reads only its headers.
func (b *browser) slowly(path string) (net.Conn, *http.Response) {
	b.t.Helper()
	conn, err := net.Dial("tcp", b.server.addr)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\nCookie: cardstock=%s\r\n\r\n", path, b.token())
	r, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || r.StatusCode != 200 {
		b.t.Fatalf("%v, %v", r, err)
	}
	return conn, r
}

// TestAnArchiveBreaksOffWhenItsSessionEnds: who is sent an archive while the session ends or moves away gets no whole one with cards missing, but
// a connection that breaks. A card that is deleted meanwhile in a session that goes on is left out.
func TestAnArchiveBreaksOffWhenItsSessionEnds(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	for what, tt := range map[string]struct {
		meanwhile func(b *browser, cards []string)
		whole     bool
	}{
		"a card is deleted": {func(b *browser, cards []string) {
			b.do(request{method: "DELETE", path: cards[0]}).is(303) // the last one of the archive, for it was changed first
		}, true},
		"it is erased": {func(b *browser, _ []string) { b.do(request{method: "DELETE", path: "/session"}).is(303) }, false},
		"it moves": {func(b *browser, _ []string) {
			code := b.press(b.get("/session"), button("Show a code"), nil).one("p.code").Text()
			s.visitor().do(request{method: "POST", path: "/session/arrival", form: form("code", code, "confirm", "1")}).is(303)
		}, false},
	} {
		b := s.visitor()
		cards := b.withNoise()
		_, r := b.slowly("/session.zip")
		begin := make([]byte, 1000)
		if _, err := io.ReadFull(r.Body, begin); err != nil {
			t.Fatal(err)
		}
		tt.meanwhile(b, cards)
		rest, err := io.ReadAll(r.Body)
		data := append(begin, rest...)
		z, bad := zip.NewReader(bytes.NewReader(data), int64(len(data)))
		if tt.whole != (err == nil) || tt.whole != (bad == nil) {
			t.Errorf("while %s: %d bytes, %v; as an archive: %v", what, len(data), err, bad)
			continue
		}
		if tt.whole && len(z.File) != 3*2+1 {
			t.Errorf("while %s: %d files", what, len(z.File))
		}
	}
	if log := s.log.String(); strings.Count(log, "broke off") != 2 || strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("the log does not say so twice, or calls it a failure:\n%s", log)
	}
}

// TestArchivesNobodyReadsAreBounded: of an archive that is read slowly the files of one card are in memory, and count among the replies on their way.
func TestArchivesNobodyReadsAreBounded(t *testing.T) {
	t.Parallel()
	const budget = 6 << 20
	limits := limit.New(limit.Options{Rules: limit.Standard})
	limits.Replies = limit.NewBudget(budget, budget)
	s := newApp(t, quietly, func(o *handlers.Options) { o.Limits = limits })
	b := s.visitor()
	large := b.withNoise()[0] + ".html"
	b.get(large).is(200)
	conn, _ := b.slowly("/session.zip")
	wait := func(status int, when string) {
		t.Helper()
		for range 200 {
			if b.do(request{method: "GET", path: large}).status == status {
				return
			}
			time.Sleep(50 * time.Millisecond)
		}
		t.Errorf("%s: no %d", when, status)
	}
	wait(503, "while nobody reads it")
	conn.Close()
	wait(200, "after its reader has left")
}

// TestLargeArchivesSayHowTheyAreOpened: where all cards together may be more than an upload, their page says so before everything is
// erased, and an upload that is too large is told what to do with an archive. Its cards are opened one by one.
func TestLargeArchivesSayHowTheyAreOpened(t *testing.T) {
	s := newApp(t)
	b := s.visitor()
	b.newCard("model")
	if text := b.get("/session").text(); strings.Contains(text, "unpack it") {
		t.Errorf("one empty card: %s", text)
	}
	f := s.visitor()
	cards := f.withNoise()
	if text := f.get("/session").text(); !strings.Contains(text, "Should it be larger than 5 MB, the most that is opened at once, unpack it") {
		t.Errorf("%s", text)
	}
	archive := f.get("/session.zip").is(200).body
	if len(archive) <= 5<<20 {
		t.Fatalf("the archive has %d bytes", len(archive))
	}
	r := f.do(request{method: "POST", path: "/cards/import", file: &upload{"all.zip", archive}}).is(413)
	if !strings.Contains(r.text(), "unpack it, and open the files in its folder “cards”") {
		t.Errorf("%s", r.text())
	}
	if label := f.get("/").one(`.upload input[type=file]`).AttrOr("data-large", ""); !strings.Contains(label, "unpack it") {
		t.Errorf("the form says %q", label)
	}
	f.do(request{method: "DELETE", path: "/session"}).is(303)
	for name, content := range unzip(t, archive) {
		if strings.HasPrefix(name, "cards/") && strings.HasSuffix(name, ".json") {
			f.upload("/cards/import", name, []byte(content), nil).is(200)
		}
	}
	if n := f.get("/").find(".cards li").Length(); n != len(cards) {
		t.Errorf("%d of %d cards are back", n, len(cards))
	}
}
