package e2e

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"cardstock/e2e/testredis"
)

// A scene is a server with everything it could leave a trace in: its directory, with the database and the
// temporary files, its log, and the files of its Redis.
type scene struct {
	*app
	redis    *testredis.Server
	redisDir string
	mark     string // in every text of the visitor whose traces are looked for
}

// newScene starts a server with the usual settings, and a Redis that keeps its keys in both ways it can.
func newScene(t *testing.T, args ...string) *scene {
	t.Helper()
	s := &scene{redis: testredis.Start(t, "--appendonly", "yes", "--save", "1 1"), mark: newMark()}
	_, s.redisDir, _ = strings.Cut(s.redis.Do("CONFIG", "GET", "dir"), "\n")
	dir := t.TempDir()
	tmp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	s.app = &app{t: t, dir: dir, env: []string{"TMPDIR=" + tmp}, args: append([]string{"--redis-url", s.redis.URL, "--log-level", "debug"}, args...)}
	s.run("127.0.0.1:0")
	t.Cleanup(s.kill)
	return s
}

// newMark is a word that is written differently in each encoding there is.
func newMark() string {
	var b [6]byte
	rand.Read(b[:])
	return "Zyxömma petiolatum " + hex.EncodeToString(b[:])
}

// forms are the ways in which bytes could lie in a file.
func forms(text string) map[string][]byte {
	utf8 := []byte(text)
	forms := map[string][]byte{"as it is": utf8}
	put := func(name, s string) {
		if s != text {
			forms[name] = []byte(s)
		}
	}
	var le, be []byte
	for _, u := range utf16.Encode([]rune(text)) {
		le, be = append(le, byte(u), byte(u>>8)), append(be, byte(u>>8), byte(u))
	}
	forms["UTF-16LE"], forms["UTF-16BE"] = le, be
	put("hex", hex.EncodeToString(utf8))
	put("HEX", strings.ToUpper(hex.EncodeToString(utf8)))
	put("a form", url.QueryEscape(text))
	put("a form in small letters", strings.ToLower(url.QueryEscape(text)))
	put("a path", url.PathEscape(text))
	quoted, _ := json.Marshal(text)
	put("JSON", strings.Trim(string(quoted), `"`))
	put("JSON in ASCII", strings.ReplaceAll(text, "ö", `\u00f6`))
	put("Latin-1", strings.ReplaceAll(text, "ö", "\xf6"))
	put("decomposed", strings.ReplaceAll(text, "ö", "o\u0308"))
	for shift := range 3 { // base64 of a longer text in which it begins anywhere
		whole := base64.StdEncoding.EncodeToString(append(make([]byte, shift), utf8...))
		inner := strings.TrimRight(whole, "=")
		inner = inner[4 : len(inner)-2]
		put(fmt.Sprint("base64 ", shift), inner)
		put(fmt.Sprint("base64url ", shift), strings.NewReplacer("+", "-", "/", "_").Replace(inner))
	}
	return forms
}

// find returns where a text is, in any form, in any file of the scene, in the log, or in a file that is open though deleted.
func (s *scene) find(text string) []string {
	s.t.Helper()
	var found []string
	all := forms(text)
	look := func(where string, data []byte) {
		for form, b := range all {
			if at := bytes.Index(data, b); at >= 0 {
				found = append(found, fmt.Sprintf("%s at %d, %s: %q", where, at, form, data[max(0, at-20):min(len(data), at+len(b)+40)]))
			}
		}
	}
	for _, dir := range []string{s.dir, s.redisDir} {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				if data, err := os.ReadFile(path); err == nil { // it may be gone again
					look(path, data)
				}
			}
			return nil
		})
	}
	for _, path := range s.deleted() {
		data, _ := os.ReadFile(path)
		look(path, data)
	}
	look("the log", []byte(s.logged()))
	return found
}

// deleted returns the files that the server holds open though they are deleted.
func (s *scene) deleted() []string {
	var paths []string
	fds := fmt.Sprintf("/proc/%d/fd", s.cmd.Process.Pid)
	entries, err := os.ReadDir(fds)
	if err != nil {
		s.t.Error(err)
	}
	for _, e := range entries {
		if to, err := os.Readlink(filepath.Join(fds, e.Name())); err == nil && strings.Contains(to, "(deleted)") {
			paths = append(paths, filepath.Join(fds, e.Name()))
		}
	}
	return paths
}

// save makes Redis write down what it has, in both ways.
func (s *scene) save() {
	s.t.Helper()
	eventually(s.t, 30*time.Second, "Redis rewrites its files", func() bool {
		info := s.redis.Do("INFO", "persistence")
		return strings.Contains(info, "aof_rewrite_in_progress:0") && strings.Contains(info, "rdb_bgsave_in_progress:0")
	})
	s.redis.Do("SAVE")
	s.redis.Do("BGREWRITEAOF")
	eventually(s.t, 30*time.Second, "Redis rewrites its file", func() bool {
		info := s.redis.Do("INFO", "persistence")
		return strings.Contains(info, "aof_rewrite_in_progress:0") && strings.Contains(info, "aof_rewrite_scheduled:0")
	})
}

// witness is a visitor whose every text has the scene's mark and its place.
type witness struct {
	*visitor
	s     *scene
	cards []string
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
	w.cards = append(w.cards, pasted, empty)
	for _, place := range places {
		if len(s.find(s.at(place))) == 0 {
			s.t.Errorf("%q should be somewhere before it is erased", place)
		}
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

func keyOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// noToken looks for a raw token, whole, in part, and as the bytes it stands for.
func (s *scene) noToken(when, token string) {
	s.t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(raw) != 48 {
		s.t.Fatalf("%s: the cookie is no token: %v", when, err)
	}
	for what, secret := range map[string]string{"the token": token, "its first half": token[:32], "its bytes": string(raw), "its random bytes": string(raw[:32]), "its signature": string(raw[32:])} {
		for _, found := range s.find(secret) {
			s.t.Errorf("%s, %s is in %s", when, what, found)
		}
	}
}

// gone waits until none of the texts is anywhere, for a minute at most, and says how long it took.
func (s *scene) gone(began time.Time, texts ...string) {
	s.t.Helper()
	for {
		s.save()
		var left []string
		for _, text := range texts {
			left = append(left, s.find(text)...)
		}
		took := time.Since(began).Round(100 * time.Millisecond)
		switch {
		case len(left) == 0:
			s.t.Logf("%s: gone after %s", s.t.Name(), took)
			return
		case took > time.Minute:
			s.t.Errorf("after %s it is in %s", took, strings.Join(left, "\n"))
			return
		}
		time.Sleep(500 * time.Millisecond)
	}
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
		erase func(t *testing.T, w *witness) []string // what must be gone
	}{
		{"by the button", nil, func(t *testing.T, w *witness) []string {
			key := keyOf(w.cookie())
			w.post("/session", "_method", "DELETE")
			return []string{w.s.mark, key}
		}},
		{"by expiry", []string{"--session-ttl", "8s"}, func(t *testing.T, w *witness) []string {
			key := keyOf(w.cookie())
			time.Sleep(8 * time.Second)
			return []string{w.s.mark, key}
		}},
		{"by deleting the cards", nil, func(t *testing.T, w *witness) []string {
			for _, card := range w.cards {
				w.post(card, "_method", "DELETE")
			}
			return []string{w.s.mark}
		}},
		{"by erasing a kind", nil, func(t *testing.T, w *witness) []string {
			w.post("/session", "_method", "DELETE", "kind", "model")
			return []string{w.s.mark}
		}},
		{"by replacing and erasing parts", nil, eraseParts},
		{"by replacing answers", nil, replaceAnswers}, // too little to give pages back: the log is emptied by the clock
		{"by taking over another session", nil, func(t *testing.T, w *witness) []string {
			other, key := w.s.visitor(), keyOf(w.cookie())
			other.post("/cards", "template", "model")
			_, page, _ := other.post("/session/handover")
			code := regexp.MustCompile(`[0-9A-Z]{4}(-[0-9A-Z]{2,4}){6}`).FindString(page)
			w.s.noToken("while a code is out", other.cookie())
			old := keyOf(other.cookie())
			if _, page, where := w.post("/session/arrival", "code", code, "confirm", "1"); where != "/" {
				t.Fatal(where, page)
			}
			w.s.noToken("after an arrival", w.cookie())
			return []string{w.s.mark, key, old, code, strings.ReplaceAll(code, "-", "")}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t, tt.args...)
			s.neighbours(5)
			w := s.witness()
			token := w.cookie()
			s.noToken("while the session lives", token)
			s.neighbours(5)
			texts := tt.erase(t, w)
			began := time.Now()
			s.noToken("just after", token)
			s.gone(began, texts...)
			s.noToken("afterwards", token)
		})
	}
}

// replaceAnswers answers anew. What was answered before is among the earlier answers, except what was only typed on the
// way to another answer.
func replaceAnswers(t *testing.T, w *witness) []string {
	s := w.s
	w.answer(w.cards[2], "factors", "factors.relevant", strings.Repeat(s.at("typed on the way")+" ", 300))
	w.answer(w.cards[2], "factors", "factors.relevant", "what was meant")
	w.post(w.cards[0], "_method", "PUT", "title", "another title")
	return []string{s.at("typed on the way"), s.at("title")}
}

// eraseParts erases files of a card that stays, too.
func eraseParts(t *testing.T, w *witness) []string {
	card, s := w.cards[0], w.s
	texts := replaceAnswers(t, w)
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
