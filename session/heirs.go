package session

import (
	"maps"
	"sync"
	"time"
)

// heirTime is how long requests that were sent at once can take to arrive one after the other.
const heirTime = 10 * time.Second

// heirs are the tokens with which first writes follow an expired session. Those that come at once, from two windows or by a double
// click, bring the same cookie; with a token each they would begin a session each, and the browser keeps the cookie of one. So
// for a moment they get the same. Later an old cookie leads nowhere.
type heirs struct {
	mu sync.Mutex
	of map[string]heir // by the hash of the expired token
}

type heir struct {
	token string
	until time.Time
}

// heir returns the token that follows the one with this hash. If there is none, fresh becomes it where it expired just now; else "".
// Asking once more does not make the moment longer: nobody can wait with an old cookie for what its visitor begins later.
func (h *heirs) heir(hash, fresh string, expired bool) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	if next, ok := h.of[hash]; ok && now.Before(next.until) {
		return next.token
	}
	if !expired {
		return ""
	}
	if h.of == nil {
		h.of = map[string]heir{}
	}
	maps.DeleteFunc(h.of, func(_ string, x heir) bool { return !now.Before(x.until) })
	h.of[hash] = heir{fresh, now.Add(heirTime)}
	return fresh
}
