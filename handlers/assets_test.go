package handlers_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/andybalholm/brotli"
)

// over returns a reply's body as it went over the wire, asked for compressed.
func (b *browser) over(path, encoding string, htmx bool) *reply {
	b.t.Helper()
	header := map[string]string{"Accept-Encoding": encoding}
	if htmx {
		header["HX-Request"] = "true"
	}
	return b.do(request{method: "GET", path: path, header: header}).is(200)
}

func unpack(t *testing.T, r *reply) []byte {
	t.Helper()
	var from io.Reader = bytes.NewReader(r.body)
	switch r.header.Get("Content-Encoding") {
	case "br":
		from = brotli.NewReader(from)
	case "gzip":
		z, err := gzip.NewReader(from)
		if err != nil {
			t.Fatal(err)
		}
		from = z
	}
	data, err := io.ReadAll(from)
	if err != nil {
		t.Fatalf("%s: %v", r.what, err)
	}
	return data
}

// linked are the addresses of everything a page loads.
func linked(page *reply) []string {
	var paths []string
	page.find("link[href], script[src], img[src]").Each(func(_ int, e *sel) {
		paths = append(paths, e.AttrOr("href", "")+e.AttrOr("src", ""))
	})
	return paths
}

func TestStaticFiles(t *testing.T) {
	t.Parallel()
	b := newApp(t, realStatic).visitor()
	types := map[string]string{"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
	paths := linked(b.get("/"))
	if len(paths) < 4 {
		t.Fatalf("a page loads %v", paths)
	}
	for _, path := range paths {
		plain := b.over(path, "identity", false)
		if !regexp.MustCompile(`^/static/[a-z0-9.-]+\.[0-9a-f]{12}\.[a-z]+$`).MatchString(path) {
			t.Errorf("%s has no hash in its name", path)
		}
		if got := plain.header.Get("Cache-Control"); !strings.Contains(got, "immutable") || !strings.Contains(got, "public") {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		if kind := types[last(strings.ReplaceAll(path, ".", "/"))]; !strings.HasPrefix(plain.header.Get("Content-Type"), kind) {
			t.Errorf("%s: %s", path, plain.header.Get("Content-Type"))
		}
		if plain.header.Get("Content-Encoding") != "" || !strings.Contains(plain.header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s: %v", path, plain.header)
		}
		for accept, want := range map[string]string{"gzip": "gzip", "br": "br", "gzip, deflate, br, zstd": "br", "gzip;q=1.0": "gzip", "": ""} {
			packed := b.over(path, accept, false)
			if got := packed.header.Get("Content-Encoding"); got != want {
				t.Errorf("%s accepting %q: encoding %q", path, accept, got)
			}
			if !bytes.Equal(unpack(t, packed), plain.body) {
				t.Errorf("%s: unpacked from %q it is another file", path, accept)
			}
		}
	}
}

// Nothing is fetched from elsewhere, and what a first visit fetches is small.
func TestSizes(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := newApp(t, realStatic).visitor()
	start := b.over("/", "gzip, br", false)
	total := len(start.body)
	start.body = unpack(t, start)
	for _, path := range linked(start) {
		if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
			t.Errorf("the page loads %s", path)
			continue
		}
		total += len(b.over(path, "gzip, br", false).body)
	}
	t.Logf("whole first page load: %d bytes", total)
	if total > 60<<10 {
		t.Errorf("the first page load is %d bytes, more than 60 KB", total)
	}
	for _, template := range []string{"model", "datasheet"} {
		card := b.newCard(template)
		largest, where := 0, ""
		b.get(card).find("#outline a[data-section]").Each(func(_ int, a *sel) {
			path := a.AttrOr("href", "")
			if n := len(b.over(path, "gzip, br", true).body); n > largest {
				largest, where = n, path
			}
		})
		t.Logf("largest section of a %s: %d bytes compressed", template, largest)
		if largest > 12<<10 || largest == 0 {
			t.Errorf("%s is %d bytes, more than 12 KB", where, largest)
		}
		if template == "datasheet" {
			continue
		}
		r := b.do(request{method: "PUT", path: card + "/fields/intended_use.primary_uses", form: form("answer.intended_use.primary_uses", strings.Repeat("text ", 200)),
			header: map[string]string{"HX-Request": "true"}}).is(200)
		t.Logf("autosave reply: %d bytes, not compressed", len(r.body))
		if len(r.body) > 1<<10 {
			t.Errorf("the reply to an autosave is %d bytes, more than 1 KB:\n%s", len(r.body), r.body)
		}
	}
}

// Our own scripts stay few lines, without comments and blank ones, that can be read.
func TestScriptsStaySmall(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../static/*.js")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(string(data), "\n") {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "//") || strings.Contains(file, "htmx-") {
				continue
			}
			if lines++; utf8.RuneCountInString(line) > 150 {
				t.Errorf("%s: a line of %d characters: %.60s", file, utf8.RuneCountInString(line), line)
			}
		}
	}
	t.Logf("%d lines", lines)
	if lines > maxScriptLines {
		t.Errorf("our own scripts have %d lines, more than %d", lines, maxScriptLines)
	}
}

const maxScriptLines = 400

func TestPagesAreCompressed(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	card := b.newCard("model")
	for _, path := range []string{"/", card, card + "/preview", card + ".json"} {
		plain, packed := b.over(path, "identity", false), b.over(path, "gzip", false)
		if packed.header.Get("Content-Encoding") != "gzip" || len(packed.body) >= len(plain.body) || !bytes.Equal(unpack(t, packed), plain.body) {
			t.Errorf("%s: %q, %d of %d bytes", path, packed.header.Get("Content-Encoding"), len(packed.body), len(plain.body))
		}
	}
}
