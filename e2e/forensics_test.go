package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// witness is a visitor whose every text has the scene's mark and its place.
type witness struct {
	*visitor
	s     *scene
	cards []string
	token string // the raw one
}

func (s *scene) at(place string) string { return s.mark + " " + place }

// places are where the marks of a witness are.
var places = []string{"answer", "long", "title", "file", "name", "section", "question", "own answer", "held", "held name", "pasted", "earlier"}

// witness fills every place there is.
func (s *scene) witness() *witness {
	s.t.Helper()
	w := &witness{visitor: s.visitor(), s: s}
	card := w.upload("/cards/import", s.at("name")+".json", s.file("file", "earlier"))
	w.cards = append(w.cards, card)
	w.post(card, "_method", "PUT", "title", s.at("title"))
	w.answer(card, "model_details", "model_details.name", s.at("answer")) // what the file said is an earlier answer now
	_, _, empty := w.post("/cards", "template", "model")
	w.answer(empty, "intended_use", "intended_use.primary_uses", strings.Repeat(s.at("long")+". ", 1500))
	_, _, section := w.post(card+"/sections", "title", s.at("section"))
	_, page, _ := w.post(section+"/fields", "question", s.at("question"))
	own := regexp.MustCompile(`data-key="(custom\.[^"]+)"`).FindStringSubmatch(page)
	if own == nil {
		s.t.Fatal("no question of one's own")
	}
	w.post(card+"/fields/"+own[1], "_method", "PUT", "answer."+own[1], s.at("own answer"))
	w.upload(card+"/import", s.at("held name")+".json", s.file("held", ""))
	_, _, pasted := w.post("/cards/import", "text", string(s.file("pasted", "")))
	w.cards, w.token = append(w.cards, pasted, empty), w.cookie()
	for _, place := range places {
		eventually(s.t, 10*time.Second, place+" is somewhere, before it is erased", func() bool {
			return len(s.search(map[string][]byte{place: []byte(s.at(place))})) > 0
		})
	}
	return w
}

// file is a card of half a megabyte.
func (s *scene) file(place, name string) []byte {
	if name == "" {
		name = place
	}
	data, _ := json.Marshal(map[string]any{"format": "cardstock/1", "kind": "model", "title": s.at(place), "sections": []any{
		map[string]any{"key": "model_details", "title": "Model details", "fields": []any{
			map[string]any{"key": "model_details.name", "label": "Name", "kind": "line", "answer": s.at(name)},
			map[string]any{"key": "more", "label": s.at(place), "kind": "text", "answer": strings.Repeat(s.at(place)+" ", 1200)}}}}})
	return append(data, bytes.Repeat([]byte(" "), 300_000)...)
}

// answer types an answer over what is there.
func (w *witness) answer(card, section, key, text string) {
	w.t.Helper()
	_, page := w.get(card + "/sections/" + section)
	rev := regexp.MustCompile(`name="rev\.` + regexp.QuoteMeta(key) + `" value="([^"]*)"`).FindStringSubmatch(page)
	if rev == nil {
		w.t.Fatalf("%s is not in its section", key)
	}
	if status, page, _ := w.post(card+"/fields/"+key, "_method", "PUT", "answer."+key, text, "rev."+key, rev[1]); status != 200 {
		w.t.Fatalf("saving %s: %d %s", key, status, page)
	}
}

// upload sends a file and returns the address it leads to.
func (w *witness) upload(path, name string, content []byte) string {
	w.t.Helper()
	body, kind := multipartBody(name, content)
	r, err := w.client.Post(w.base+path, kind, body)
	status, page := w.read(r, err)
	if status != 200 {
		w.t.Fatalf("POST %s: %d %s", path, status, page)
	}
	return r.Request.URL.Path
}

func multipartBody(name string, content []byte) (*bytes.Buffer, string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	part, _ := m.CreateFormFile("file", name)
	part.Write(content)
	m.Close()
	return &b, m.FormDataContentType()
}

// cookie returns the raw token.
func (v *visitor) cookie() string {
	v.t.Helper()
	u, _ := url.Parse(v.base)
	for _, c := range v.client.Jar.Cookies(u) {
		return c.Value
	}
	v.t.Fatal("no cookie")
	return ""
}

// neighbours are visitors who stay, whose rows lie among the witness's.
func (s *scene) neighbours(n int) {
	s.t.Helper()
	for range n {
		v := s.visitor()
		_, _, card := v.post("/cards", "template", "model")
		v.post(card+"/fields/model_details.name", "_method", "PUT", "answer.model_details.name", strings.Repeat("A neighbour. ", 20))
	}
}

// TestNoTraceOfWhatWasErased erases in each way there is, and looks for it in every file, in every form.
func TestNoTraceOfWhatWasErased(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		args  []string
		erase func(t *testing.T, w *witness, token string) []string // what must be gone
	}{
		{"by the button", nil, func(t *testing.T, w *witness, token string) []string {
			w.post("/session", "_method", "DELETE")
			return []string{w.s.mark, keyOf(token)}
		}},
		{"by expiry", []string{"--session-ttl", "15s"}, func(t *testing.T, w *witness, token string) []string {
			time.Sleep(15 * time.Second)
			return []string{w.s.mark, keyOf(token)}
		}},
		{"by deleting the cards", nil, func(t *testing.T, w *witness, token string) []string {
			for _, card := range w.cards {
				w.post(card, "_method", "DELETE")
			}
			return []string{w.s.mark}
		}},
		{"by erasing a kind", nil, func(t *testing.T, w *witness, token string) []string {
			w.post("/session", "_method", "DELETE", "kind", "model")
			return []string{w.s.mark}
		}},
		{"by replacing and erasing parts", nil, eraseParts},
		{"by replacing answers", nil, replaceAnswers}, // too little to give pages back: the log is emptied by the clock
		{"by taking over another session", nil, func(t *testing.T, w *witness, token string) []string {
			other := w.s.visitor()
			other.post("/cards", "template", "model")
			_, page, _ := other.post("/session/handover")
			code := regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{2,4}){6}`).FindString(page)
			w.s.noToken("while a code is out", other.cookie())
			old := keyOf(other.cookie())
			if _, page, where := w.post("/session/arrival", "code", code, "confirm", "1"); where != "/" {
				t.Fatal(where, page)
			}
			w.s.noToken("after an arrival", w.cookie())
			return []string{w.s.mark, keyOf(token), old, code, strings.ReplaceAll(code, "-", "")}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, tt.args...)
			s.neighbours(5)
			w := s.witness()
			token := w.token
			s.noToken("while the session lives", token)
			s.neighbours(5)
			texts := tt.erase(t, w, token)
			began := time.Now()
			s.noToken("just after", token)
			s.gone(began, texts...)
			s.noToken("afterwards", token)
		})
	}
}

// replaceAnswers answers anew. What was answered before is among the earlier answers, except what was only typed on the
// way to another answer.
func replaceAnswers(_ *testing.T, w *witness, _ string) []string {
	s := w.s
	w.answer(w.cards[2], "factors", "factors.relevant", strings.Repeat(s.at("typed on the way")+" ", 300))
	w.answer(w.cards[2], "factors", "factors.relevant", "what was meant")
	w.post(w.cards[0], "_method", "PUT", "title", "another title")
	return []string{s.at("typed on the way"), s.at("title")}
}

// eraseParts erases files of a card that stays, too.
func eraseParts(t *testing.T, w *witness, token string) []string {
	card, s := w.cards[0], w.s
	texts := replaceAnswers(t, w, token)
	_, page := w.get(card + "/import")
	files := regexp.MustCompile(`href="(/cards/[^"]+/files/[^"]+)"`).FindAllStringSubmatch(page, -1)
	for _, f := range files {
		w.post(f[1], "_method", "DELETE")
	}
	if len(files) == 0 {
		t.Error("no file to erase")
	}
	return append(texts, s.at("name"))
}

// TestUploadsAreInNoTemporaryFile looks at the server's files while a large upload is half there, and as it is taken in.
func TestUploadsAreInNoTemporaryFile(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	w := &witness{visitor: s.visitor(), s: s}
	large := append(s.file("file", ""), bytes.Repeat([]byte(" "), 4<<20)...)
	body, kind := multipartBody(s.at("name")+".json", large)
	half := &slow{data: body.Bytes(), at: make(chan struct{}), on: make(chan struct{})}
	done := make(chan error, 1)
	go func() {
		r, err := w.client.Post(s.base+"/cards/import", kind, half)
		if err == nil {
			r.Body.Close()
			if r.StatusCode != http.StatusOK {
				err = fmt.Errorf("status %d", r.StatusCode)
			}
		}
		done <- err
	}()
	<-half.at
	time.Sleep(300 * time.Millisecond)
	s.noFiles("half of an upload is there")
	if found := s.find(s.mark); len(found) > 0 {
		t.Errorf("half an upload is in %q", found)
	}
	close(half.on)
	for taking := true; taking; {
		select {
		case err := <-done:
			if err != nil {
				t.Fatal(err)
			}
			taking = false
		default:
			s.noFiles("an upload is taken in")
		}
	}
	s.noFiles("an upload was taken in")
}

// noFiles fails for temporary files and for open ones that are deleted.
func (s *scene) noFiles(when string) {
	s.t.Helper()
	if open := s.deleted(); len(open) > 0 {
		s.t.Errorf("while %s the server holds deleted files open: %v", when, open)
	}
	entries, err := os.ReadDir(filepath.Join(s.dir, "tmp"))
	if err != nil || len(entries) > 0 {
		s.t.Errorf("while %s there are temporary files: %v, %v", when, entries, err)
	}
	all, _ := os.ReadDir(s.dir)
	for _, e := range all {
		if e.Name() != "tmp" && !regexp.MustCompile(`^cards\.db(-wal|-shm|\.reserve)?$`).MatchString(e.Name()) {
			s.t.Errorf("while %s there is a file %s", when, e.Name())
		}
	}
}

// slow gives half of its data, says so, and waits to be told to go on.
type slow struct {
	data   []byte
	given  int
	at, on chan struct{}
}

func (s *slow) Read(p []byte) (int, error) {
	half := len(s.data) / 2
	if s.given == half {
		close(s.at)
		<-s.on
	}
	end := len(s.data)
	if s.given < half {
		end = half
	}
	n := copy(p, s.data[s.given:end])
	s.given += n
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
