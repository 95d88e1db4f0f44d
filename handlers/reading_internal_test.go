package handlers

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// Large files are read two at a time, others wait for a while, and small ones never do.
func TestLargeFilesAreReadInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &app{reading: make(chan struct{}, readAtOnce)}
		began, most, now := time.Now(), 0, 0
		read := func(takes time.Duration) func() error {
			return func() error {
				now++
				most = max(most, now)
				time.Sleep(takes)
				now--
				return nil
			}
		}
		late := 0
		for range 9 {
			go func() {
				err := a.inTurn(largeFile, read(6*time.Second))
				var many *tooMany
				if errors.As(err, &many) && many.code() == 503 && many.Error() == "Too many large files and pages at once. Nothing was changed; try again in 20 seconds." && time.Since(began) == heavyWait {
					late++
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
		if most != readAtOnce || late != 1 || len(a.reading) != 0 {
			t.Errorf("%d were read at once, %d gave up, %d places are taken in the end", most, late, len(a.reading))
		}
		err := a.inTurn(largeFile, func() error { return errLeft })
		if !errors.Is(err, errLeft) || len(a.reading) != 0 {
			t.Errorf("%v, %d places taken", err, len(a.reading))
		}
	})
}
