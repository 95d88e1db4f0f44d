package handlers_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

// A browser comes back after its session has run out, with the cookie of that one still, and keeps several things at once. They are one new
// session, whichever reply arrives last, and nothing of it is in the old one.
func TestFirstWritesAtOnceAfterTheEndAreOneSession(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*server{"embedded": newApp(t), "redis": newApp(t, withRedis(t, testredis.Start(t)))} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			for seed := range uint64(10) {
				random := rand.New(rand.NewPCG(seed, 0))
				b := s.tabs()
				old := b.ask("POST", "/cards", "template=model")()
				s.clock.add(30*24*time.Hour + time.Second)
				before := s.sessions()
				b.atOnce(2, random, "GET", "/", "")
				cards := b.atOnce(2+random.IntN(6), random, "POST", "/cards", "template=model")
				cards = append(cards, b.atOnce(2, random, "POST", "/cards", "template=datasheet")...)
				b.all(cards)
				if n := s.sessions() - before; n != 1 {
					t.Errorf("seed %d: %d new sessions of one browser", seed, n)
				}
				for _, c := range cards {
					if c == old {
						t.Error("a new card is the old one")
					}
				}
			}
		})
	}
}
