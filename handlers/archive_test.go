package handlers_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"cardstock/limit"
)

// unzip returns the files of an archive by name.
func unzip(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := files[strings.ToLower(f.Name)]; twice {
			t.Errorf("%s is there twice", f.Name)
		}
		files[f.Name] = string(content)
	}
	return files
}

// archive makes a zip archive of names and contents.
func archive(t *testing.T, pairs ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(pairs); i += 2 {
		w, err := z.Create(pairs[i])
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, pairs[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestJourneyOfTakingEverythingAlong takes all cards along and opens them in another browser.
func TestJourneyOfTakingEverythingAlong(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	f := s.fixture()
	f.put(f.card, form("title", "Größe/../Wound: 1")).is(303)
	f.upload("/cards/import", "my card.json", ourJSON, nil).is(200)
	f.do(request{method: "POST", path: f.newCard("datasheet") + "/copies"}).is(303)
	f.put(f.newCard("model"), form("title", "imported")).is(303) // like another one, but for a capital

	page := f.get("/session").is(200)
	r := f.get(page.one(`a[href="/session.zip"]`).AttrOr("href", "")).is(200)
	if r.header.Get("Content-Type") != "application/zip" || !strings.Contains(r.header.Get("Content-Disposition"), "attachment; filename=\"cardstock-20") || r.header.Get("Content-Encoding") != "" {
		t.Errorf("headers %v", r.header)
	}
	files := unzip(t, r.body)
	var names []string
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, want := range []string{"README.txt", "cards/Größe-..-Wound- 1.json", "cards/Größe-..-Wound- 1.html", "cards/Untitled datasheet.json", "cards/Untitled datasheet (copy).json"} {
		if files[want] == "" || want != "README.txt" && !strings.Contains(files["README.txt"], want) {
			t.Errorf("%s is missing, or not in README.txt, among %q", want, names)
		}
	}
	if len(files) != 5*2+1+1 {
		t.Errorf("%d files: %q", len(files), names)
	}
	original := ""
	for name, content := range files {
		if strings.HasPrefix(name, "originals/") {
			original = content
			if !strings.HasSuffix(name, "/my card.json") {
				t.Errorf("the upload is called %s", name)
			}
		}
	}
	if original != string(ourJSON) || files["cards/Größe-..-Wound- 1.json"] != string(f.get(f.card+".json").body) {
		t.Error("what was taken along is not what is there")
	}

	other := s.visitor()
	start := other.upload("/cards/import", "all.zip", r.body, nil).is(200)
	if start.find(".cards li").Length() != 5 || !strings.Contains(start.one(".notice").Text(), "5 cards read from the archive") {
		t.Errorf("after opening: %s", start.text())
	}
	again := unzip(t, other.get("/session.zip").is(200).body)
	delete(files, "README.txt")
	for name, content := range files {
		// Of two names that differ in a capital alone, either may be the first.
		if again[name] != content && !strings.Contains(strings.ToLower(name), "/imported") {
			t.Errorf("%s came back as %q", name, clip([]byte(again[name])))
		}
	}
	if len(again) != len(files)+1 {
		t.Errorf("%d files came back, of %d", len(again)-1, len(files))
	}
}

// TestArchivesAreReadWithinLimits sends archives that are none, that hold nothing of ours, or more than they should.
func TestArchivesAreReadWithinLimits(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := newApp(t, maxUpload(64<<10))
	b := s.visitor()
	bomb := strings.Repeat(" ", 200<<10) + string(ourJSON)
	var many, large []string
	for i := range 2001 {
		many = append(many, fmt.Sprint(i), "")
	}
	padded := strings.Repeat(" ", 60<<10) + string(ourJSON)
	for i := range 5 {
		large = append(large, fmt.Sprintf("cards/%d.json", i), padded)
	}
	whole := archive(t, "cards/a.json", string(ourJSON))
	broken := bytes.Replace(whole, []byte{0x50, 0x4b, 0x07, 0x08}, []byte{0, 0, 0, 0}, 1)
	broken[40] ^= 0xff
	for what, tt := range map[string]struct {
		data   []byte
		status int
		says   string
	}{
		"an empty archive":            {archive(t), 422, "no cards in this archive"},
		"an archive of something":     {archive(t, "photo.jpg", "x", "notes/card.json", "{}"), 422, "no cards in this archive"},
		"the beginning of one":        {[]byte("PK\x03\x04\x14\x00"), 422, "archive is damaged"},
		"one cut off":                 {whole[:len(whole)-10], 422, "archive is damaged"},
		"one with a broken file":      {broken, 422, "cannot be read"},
		"one card that is none":       {archive(t, "cards/a.json", string(ourJSON), "cards/b.json", "[]"), 422, `"cards/b.json"`},
		"an original that is none":    {archive(t, "cards/a.json", string(ourJSON), "originals/a/x.json", "[]"), 422, `"originals/a/x.json"`},
		"a file that unpacks to more": {archive(t, "cards/a.json", bomb), 413, "unpacks to more"},
		"all that unpack to more":     {archive(t, large...), 413, "unpacks to more"},
		"too many files":              {archive(t, many...)[:64<<10], 413, "files"},
	} {
		if what == "too many files" { // its list alone is larger than an upload may be here
			tt.data = []byte("PK\x03\x04" + strings.Repeat("PK\x01\x02", 2001))
		}
		r := b.do(request{method: "POST", path: "/cards/import", file: &upload{"a.zip", tt.data}})
		if r.status != tt.status || !strings.Contains(r.one(`[role="alert"]`).Text(), tt.says) {
			t.Errorf("%s: %d, %s", what, r.status, r.one(`[role="alert"]`).Text())
		}
		if b.get("/").has(".cards li") {
			t.Fatalf("%s left a card", what)
		}
	}
	// A folder around it, other files, and unpacked sizes that are just small enough are all right.
	ok := archive(t, "mine/cards/a.json", padded[:60<<10]+string(ourJSON), "__MACOSX/mine/cards/a.json", "x", "mine/cards/a.html", bomb, "mine/originals/a/", "", "mine/originals/a/o.json", string(ourJSON))
	page := b.upload("/cards/import", "a.zip", ok, nil).is(200)
	if page.find(".cards li").Length() != 1 {
		t.Errorf("%s", page.text())
	}
	card := page.one(".cards .what a").AttrOr("href", "")
	if r := b.get(card + "/original").is(200); string(r.body) != string(ourJSON) {
		t.Error("its original did not come along")
	}
	// Into an open card an archive does not go.
	r := b.do(request{method: "POST", path: card + "/import", file: &upload{"a.zip", ok}}).is(422)
	if !strings.Contains(r.one(`[role="alert"]`).Text(), "Open it on the start page") {
		t.Error(r.text())
	}
}

// TestAnArchiveIsReadWholeOrNotAtAll: when the session has room for some of its cards only, none stays.
func TestAnArchiveIsReadWholeOrNotAtAll(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := newApp(t).visitor()
	var pairs []string
	for i := range 300 {
		pairs = append(pairs, fmt.Sprintf("cards/%d.json", i), string(ourJSON))
	}
	data := archive(t, pairs...)
	b.upload("/cards/import", "a.zip", data, nil).is(200)
	r := b.do(request{method: "POST", path: "/cards/import", file: &upload{"a.zip", data}}).is(422)
	if !strings.Contains(r.text(), "500 cards") {
		t.Error(clip(r.body))
	}
	if n := b.get("/").find(".cards li").Length(); n != 300 {
		t.Errorf("%d cards are there, not 300", n)
	}
}

// TestTakingAlongIsTheVisitorsOwn: an archive holds nothing of others, and a visitor without cards is told so.
func TestTakingAlongIsTheVisitorsOwn(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	s.fixture()
	b := s.visitor()
	if r := b.get("/session.zip").is(404); !strings.Contains(r.text(), "nothing to take along") {
		t.Error(r.text())
	}
	b.newCard("datasheet")
	if files := unzip(t, b.get("/session.zip").is(200).body); len(files) != 3 || strings.Contains(fmt.Sprint(files), "My section") {
		t.Errorf("%d files", len(files))
	}
	if r := b.do(request{method: "HEAD", path: "/session.zip"}).is(200); len(r.body) > 0 {
		t.Error("HEAD has a body")
	}
}

// A browser that goes away while an archive is made for it leaves no writer behind, and the server goes on.
func TestAnArchiveNobodyReads(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	data := string(ourJSON)
	for range 5 {
		b.upload("/cards/import", "c.json", []byte(data+strings.Repeat(" ", 1<<20)), nil).is(200)
	}
	conn, err := s.dial()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(conn, "GET /session.zip HTTP/1.1\r\nHost: x\r\nCookie: cardstock=%s\r\n\r\n", b.cookies["cardstock"])
	first := make([]byte, 512)
	if _, err := io.ReadFull(conn, first); err != nil || !bytes.Contains(first, []byte("application/zip")) {
		t.Fatalf("%q, %v", first, err)
	}
	conn.Close()
	r := b.get("/session.zip").is(200)
	unzip(t, r.body)
	if n := r.header.Get("Content-Length"); n != "" {
		t.Errorf("all %s bytes are made before the first is sent", n)
	}
	b.get("/").is(200)
}

// TestArchivesAreLimited: an archive costs more than any page, and one that is read as many bytes as it unpacks to.
func TestArchivesAreLimited(t *testing.T) {
	t.Parallel()
	s := newApp(t, rules(limit.Rules{limit.Archives: {Session: limit.Rate{Burst: 2}}, limit.Bytes: {Session: limit.Rate{Burst: 100_000}}}))
	b := s.visitor().from("192.0.2.1")
	b.newCard("model")
	for range 2 {
		b.get("/session.zip").is(200)
	}
	slowed(t, b.do(request{method: "GET", path: "/session.zip"}))
	packed := archive(t, "cards/a.json", strings.Repeat(" ", 60_000)+string(ourJSON))
	for range 2 {
		b.upload("/cards/import", "a.zip", packed, nil).is(200)
	}
	slowed(t, b.do(request{method: "POST", path: "/cards/import", file: &upload{"a.zip", packed}}))
	if n := cardsOf(b); n != 3 {
		t.Errorf("%d cards", n)
	}
}

// TestCardsOfAnArchiveAreLimited: ten of them count like one new card.
func TestCardsOfAnArchiveAreLimited(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := newApp(t, rules(limit.Rules{limit.Cards: {Session: limit.Rate{Burst: 5}}})).visitor()
	b.newCard("model") // by nobody yet
	var pairs []string
	for i := range 31 {
		pairs = append(pairs, fmt.Sprintf("cards/%d.json", i), string(ourJSON))
	}
	data := archive(t, pairs...)
	b.upload("/cards/import", "a.zip", data, nil).is(200) // four, one is left
	if b.newCard("model"); cardsOf(b) != 33 {
		t.Errorf("%d cards", cardsOf(b))
	}
	slowed(t, b.do(request{method: "POST", path: "/cards/import", file: &upload{"a.zip", data}}))
	if cardsOf(b) != 33 {
		t.Errorf("then %d cards", cardsOf(b))
	}
}
