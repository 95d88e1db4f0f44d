package handlers

import (
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Large files are read two at a time, others wait for a while, and small ones never do.
func TestLargeFilesAreReadInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{reading: make(chan struct{}, readAtOnce)}
		began := time.Now()
		var mu sync.Mutex
		most, now, late := 0, 0, 0
		count := func(n *int, by int) {
			mu.Lock()
			defer mu.Unlock()
			*n += by
			most = max(most, now)
		}
		read := func() error {
			count(&now, 1)
			defer count(&now, -1)
			time.Sleep(6 * time.Second)
			return nil
		}
		for range 9 {
			go func() {
				err := a.inTurn(largeFile, read)
				var many *tooMany
				if errors.As(err, &many) && many.code() == 503 && many.Error() == "Too many large files and pages at once. What was saved stays saved; try again in 20 seconds." && time.Since(began) == heavyWait {
					count(&late, 1)
				} else if err != nil {
					t.Error(err)
				}
			}()
		}
		synctest.Wait()
		if err := a.inTurn(largeFile-1, func() error { return nil }); err != nil || time.Since(began) > 0 {
			t.Errorf("a small file waited: %v", err)
		}
		time.Sleep(time.Minute)
		mu.Lock()
		defer mu.Unlock()
		if most != readAtOnce || late != 1 || len(a.reading) != 0 {
			t.Errorf("%d were read at once, %d gave up, %d places are taken in the end", most, late, len(a.reading))
		}
		err := a.inTurn(largeFile, func() error { return errLeft })
		if !errors.Is(err, errLeft) || len(a.reading) != 0 {
			t.Errorf("%v, %d places taken", err, len(a.reading))
		}
	})
}
