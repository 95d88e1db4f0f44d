package e2e

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
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

// find returns where one of the texts is, in any form, in any file of the scene, in the log, or in a file that is open though
// deleted. While the database empties its log a text may be on its way from one file to another and be missed.
func (s *scene) find(texts ...string) []string {
	needles := map[string][]byte{}
	for _, text := range texts {
		for form, b := range forms(text) {
			needles[fmt.Sprintf("%.40q, %s", text, form)] = b
		}
	}
	return s.search(needles)
}

func (s *scene) search(needles map[string][]byte) []string {
	s.t.Helper()
	var found []string
	look := func(where string, data []byte) {
		for name, b := range needles {
			if at := bytes.Index(data, b); at >= 0 {
				found = append(found, fmt.Sprintf("%s at %d, %s: %q", where, at, name, data[max(0, at-20):min(len(data), at+len(b)+40)]))
			}
		}
	}
	for _, dir := range []string{s.dir, s.redisDir} {
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				if data, err := os.ReadFile(path); err == nil { // it may be gone again
					look(path, bytes.Trim(data, "\x00"))
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
	s.redis.Save()
	s.redis.Do("BGREWRITEAOF")
	eventually(s.t, 30*time.Second, "Redis rewrites its file", func() bool {
		info := s.redis.Do("INFO", "persistence")
		return strings.Contains(info, "aof_rewrite_in_progress:0") && strings.Contains(info, "aof_rewrite_scheduled:0")
	})
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
	needles := map[string][]byte{"half the token": []byte(token[:32]), "its bytes": raw, "its random bytes": raw[:32], "its signature": raw[32:]}
	for form, b := range forms(token) {
		needles["the token, "+form] = b
	}
	for _, found := range s.search(needles) {
		s.t.Errorf("%s: %s", when, found)
	}
}

// gone waits until none of the texts is anywhere, for a minute at most, and says how long it took.
func (s *scene) gone(began time.Time, texts ...string) {
	s.t.Helper()
	for {
		s.save()
		left := s.find(texts...)
		if len(left) == 0 {
			left = s.find(texts...) // it was not on its way from one file to another
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
