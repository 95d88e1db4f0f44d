package session

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestHeirsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var h heirs
		if h.heir("a", "1", false) != "" {
			t.Error("what did not expire has an heir")
		}
		if h.heir("a", "1", true) != "1" || h.heir("a", "2", true) != "1" || h.heir("a", "3", false) != "1" || h.heir("b", "4", true) != "4" {
			t.Error("those who come at once get different tokens, or another's")
		}
		time.Sleep(heirTime - time.Second)
		if h.heir("a", "5", true) != "1" {
			t.Error("a moment later it is another one")
		}
		time.Sleep(time.Second) // from the first time on, not from the last
		if h.heir("a", "6", false) != "" || h.heir("a", "7", true) != "7" || len(h.of) != 1 {
			t.Errorf("%d are left", len(h.of))
		}
	})
}
