package handlers_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// How long the reply takes tells nothing either: for another's id it takes as long as for one that never was. The requests are mixed at
// random, so that what else the machine does falls on both alike, and medians are compared. What is measured wrong once is
// measured again; a real difference would be there each time. One's own things take longer, so a difference would be seen.
func TestTimingTellsNothing(t *testing.T) {
	s := newApp(t)
	victim, stranger := s.owner(), s.owner()
	web := s.direct()
	for _, c := range []foreignCase{
		{whole(t, "GET /cards/:id"), []string{"card"}, false},
		{visit{route: "GET /cards/:id.:format", params: map[string]string{"format": "json"}}, []string{"card"}, false},
		{whole(t, "GET /cards/:id/history"), []string{"card"}, false},
		{whole(t, "GET /cards/:id/original"), []string{"card"}, false},
		{visit{route: "GET /cards/:id/files/:file", params: map[string]string{"file": "{file}"}}, []string{"card", "file"}, false},
		{visit{route: "GET /cards/:id/fields/:key", params: ownQ}, []string{"card", "field"}, false},
		{whole(t, "PUT /cards/:id/fields/:key"), []string{"card", "field"}, false},
		{visit{route: "GET /cards/:id/sections/:key", params: own}, []string{"section"}, false},
	} {
		foreign, absent := c.question(stranger, victim.ids, true), c.question(stranger, never, true)
		var theirs, none time.Duration
		alike := false
		for round := 0; round < 5 && !alike; round++ {
			theirs, none = medians(web, foreign, absent, 200<<round)
			alike = (theirs - none).Abs() <= max(none/10, 5*time.Microsecond)
		}
		known, unknown := medians(web, c.question(stranger, stranger.ids, true), absent, 50)
		if c.route == "GET /cards/:id" && known < unknown*3/2 {
			t.Errorf("one's own card takes %v, one that never was %v: this cannot tell", known, unknown)
		}
		t.Logf("%-38s another's %v, never was %v, one's own %v", c.route, theirs, none, known)
		if !alike {
			t.Errorf("%s: another's id takes %v, one that never was %v", c.route, theirs, none)
		}
	}
}

// medians asks both questions n times in random order, and returns how long half of the replies took at most.
func medians(web *direct, a, b *question, n int) (time.Duration, time.Duration) {
	questions, took := [2]*question{a, b}, [2][]time.Duration{}
	order := make([]int, 2*n)
	for i := range order {
		order[i] = i % 2
	}
	rand.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, which := range order {
		began := time.Now()
		web.ask(questions[which])
		took[which] = append(took[which], time.Since(began))
	}
	for i := range took {
		slices.Sort(took[i])
	}
	return took[0][n/2], took[1][n/2]
}
