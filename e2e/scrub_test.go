package e2e

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"cardstock/e2e/soak"
)

// TestTwoProcessesClearPagesBesideSaves runs `cardstock sweep` again and again beside a server whose visitors save: both write to the
// database file past SQLite, and no page and no answer may suffer.
func TestTwoProcessesClearPagesBesideSaves(t *testing.T) {
	t.Parallel()
	a := start(t, "--sweep-interval", "50ms", "--limits", "off")
	stop := make(chan struct{})
	last := make([]string, 6) // the answer each visitor was told is saved
	visitors := make([]*visitor, len(last))
	cards := make([]string, len(last))
	var wg sync.WaitGroup
	for i := range last {
		v := a.visitor()
		visitors[i] = v
		_, _, cards[i] = v.post("/cards", "template", "model")
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				answer := fmt.Sprint(n, strings.Repeat(" word", n*7%400))
				_, _, card := v.post("/cards", "template", "datasheet")
				v.post(card+"/fields/motivation.purpose", "_method", "PUT", "answer.motivation.purpose", answer)
				if n%2 == 1 {
					v.post(card, "_method", "DELETE", "now", "1")
					continue
				}
				last[i], cards[i] = answer, card
			}
		})
	}
	sweeps := 0
	for began := time.Now(); time.Since(began) < time.Duration(soak.Share(60, 5))*time.Second; sweeps++ {
		if out, code := a.command("sweep"); code != 0 && code != 3 {
			t.Fatalf("exit %d: %s", code, out)
		}
	}
	close(stop)
	wg.Wait()
	t.Logf("%d sweeps beside saves", sweeps)
	for i, v := range visitors {
		if _, page := v.get(cards[i] + ".json"); !strings.Contains(page, last[i]) {
			t.Errorf("visitor %d: %q is not in %s", i, last[i], cards[i])
		}
	}
	a.kill()
	db, err := sql.Open("sqlite3", filepath.Join(a.dir, "cards.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var said string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&said); err != nil || said != "ok" {
		t.Errorf("integrity_check: %s, %v", said, err)
	}
}
