package format

import (
	"bytes"
	"sync"
	"testing"
)

// TestVisitorsAtOnce reads every kind of file, writes every format and goes back into the file, for many at the same time: what the
// templates and formats share is only read, and nobody's card has anything of another's.
func TestVisitorsAtOnce(t *testing.T) {
	ts := templates(t)
	type made struct{ name, target string }
	var mu sync.Mutex
	first := map[made][]byte{}
	same := func(name, target string, data []byte) {
		mu.Lock()
		defer mu.Unlock()
		if was, there := first[made{name, target}]; there && !bytes.Equal(was, data) {
			t.Errorf("%s to %s is not the same for everybody", name, target)
		}
		first[made{name, target}] = data
	}
	visit := func(name string, file []byte) {
		r, err := Read(ts, file)
		if err != nil {
			t.Error(err)
			return
		}
		for _, f := range All() {
			if f.Encode == nil || !f.Fits(r.Card.Kind) {
				continue
			}
			data, err := f.Write(t.Context(), ts, r.Card, file)
			if err != nil {
				t.Errorf("%s to %s: %v", name, f.Name, err)
			}
			same(name, f.Name, data)
		}
		back, err := Back(t.Context(), ts, r.Card, file, r.As)
		if err != nil || !bytes.Equal(back.Data, file) {
			t.Errorf("%s does not go back: %v", name, err)
		}
	}
	var all sync.WaitGroup
	for range 2 {
		for name, text := range sources {
			all.Go(func() { visit(name, []byte(text)) })
		}
	}
	all.Wait()
}
