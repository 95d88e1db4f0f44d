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
		time.Sleep(heirTime)
		if h.heir("a", "5", false) != "" || h.heir("a", "6", true) != "6" || len(h.of) != 1 {
			t.Errorf("%d are left", len(h.of))
		}
	})
}
