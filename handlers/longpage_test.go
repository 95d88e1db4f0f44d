package handlers_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// A section that says much is looked at by many at once: its pages are made a few at a time, so that they take little memory, and all
// come in the end.
func TestLongPagesAreMadeInTurn(t *testing.T) {
	undetected(t)
	s := newApp(t)
	b := s.visitor()
	var fields []string
	for i := range 30 {
		fields = append(fields, fmt.Sprintf(`{"key":"custom.%d","label":"Q","kind":"text","custom":true,"answer":"%s"}`, i, strings.Repeat("<", 100_000)))
	}
	page := b.upload("/cards/import", "c.json", []byte(`{"format":"cardstock/1","kind":"model","template":"model","title":"","sections":[{"key":"s","title":"S","custom":true,"fields":[`+strings.Join(fields, ",")+`]}]}`), nil).is(200)
	path := page.one("#section-form").AttrOr("action", "")
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapInuse, m.HeapInuse
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			r, _ := http.NewRequest("GET", "http://"+s.addr+path, nil)
			r.AddCookie(&http.Cookie{Name: "cardstock", Value: b.token()})
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			if n, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != 200 || n < 12_000_000 {
				t.Errorf("status %d, %d bytes, %v", res.StatusCode, n, err)
			}
		})
	}
	done := make(chan bool)
	go func() { wg.Wait(); close(done) }()
	for waiting := true; waiting; {
		select {
		case <-done:
			waiting = false
		case <-time.After(5 * time.Millisecond):
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
		}
	}
	if grew := (most - before) >> 20; grew > 250 {
		t.Errorf("%d MB for a dozen pages", grew)
	} else {
		t.Logf("%d MB more", grew)
	}
}
