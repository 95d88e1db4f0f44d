package sweep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"cardstock/card"
	"cardstock/db"
)

// What may and what must be gone is judged here, from what the schedule itself did to people, keys and clocks, by the
// true time. It knows nothing of how the sweeper decides.

// A person has a session, or had one.
type person struct {
	n      int
	cookie string
	id     string // of the session
	card   string
	title  string        // acknowledged
	ttl    time.Duration // of the session
	born   time.Time

	seen    time.Time // last visit that was acknowledged and is in the database
	keyed   time.Time // the same, known to Redis by the key's time to live
	contact time.Time // last time they came, whatever came of it
	deleted time.Time // when somebody deleted their key by hand
	node    int       // and in which Redis
	erased  bool      // they or the operator erased it
	open    string    // why either outcome is right
	missed  bool      // their row says that the key is missing, which the database refused to take back
	gone    bool      // rows are gone, as they may be
}

func (p *person) key() string { return key(p.cookie) }

// touches is how far apart two visits are that are both written down.
func (p *person) touches() time.Duration { return min(time.Hour, p.ttl/12) }

// mustLive reports whether nothing of the session may be missing.
func (w *world) mustLive(p *person) bool {
	now := time.Now()
	switch {
	case p.gone || p.erased || p.open != "":
		return false
	case !p.deleted.IsZero() && !now.Before(p.deleted.Add(time.Minute)):
		return false
	}
	last := p.seen
	if p.keyed.After(last) {
		last = p.keyed
	}
	return now.Before(last.Add(p.ttl - p.touches() - slack))
}

// slack is for clocks that are off by less than anybody notices.
const slack = 2 * time.Minute

// mustBeGone reports whether nothing of the session may be left once all faults are over. While the wall clock was ahead a session
// may have got as much longer; while that of Redis was wrong, no more than it would by a visit.
func (w *world) mustBeGone(p *person) bool {
	end := p.contact.Add(p.ttl + w.wrong + slack)
	if w.skewed {
		end = end.Add(p.ttl)
	}
	return p.open == "" && (p.erased || time.Now().After(end))
}

// A remnant is what the database has of a session.
type remnant struct {
	live   bool // a token leads to it
	hash   string
	until  int64
	cards  int
	fields int
}

// look reads all sessions of the database, beside the app.
func (w *world) look() map[string]remnant {
	rows, err := w.raw.Query(`
		SELECT id, token_hash IS NOT NULL, COALESCE(token_hash, ended_hash, ''), expires_at,
			(SELECT COUNT(*) FROM card WHERE session_id = session.id),
			(SELECT COUNT(*) FROM field WHERE session_id = session.id)
		FROM session`)
	w.must(err)
	defer rows.Close()
	all := map[string]remnant{}
	for rows.Next() {
		var id string
		var r remnant
		w.must(rows.Scan(&id, &r.live, &r.hash, &r.until, &r.cards, &r.fields))
		all[id] = r
	}
	w.must(rows.Err())
	return all
}

// check fails if something is missing of a session that must live.
func (w *world) check() {
	all := w.look()
	for _, p := range w.people {
		r, there := all[p.id]
		whole := there && r.live && r.cards == 1 && r.fields == 1
		switch {
		case whole && !p.gone:
			w.checks++
		case w.mustLive(p):
			w.fail("FALSE ERASURE: person %d must live and has lost rows: %+v", p.n, r)
		case !there || !r.live:
			p.gone = true
		}
	}
}

// people come and go

var oneField = []card.Section{{Key: "s", Title: "S", Fields: []card.Field{{Key: "s.f", Label: "F", Kind: card.Line}}}}

// arrive makes a person with a session.
func (w *world) arrive() {
	ctx := context.Background()
	v, err := w.app().keeper.Visit(ctx, "")
	w.must(err)
	p := &person{n: len(w.people), ttl: w.ttl, title: "a", born: time.Now()}
	p.card, err = v.Scope().CreateCard(ctx, &card.Card{Kind: card.Model, Template: "model", Title: p.title, Sections: oneField}, nil)
	w.must(err)
	p.cookie = v.Settle(ctx, false).Value
	p.id = v.Scope().Session()
	p.contact = time.Now()
	p.seen = p.born.Add(min(w.off, 0))
	w.noteKey(p)
	w.people = append(w.people, p)
}

// visit is a request of a person that changes their card.
func (w *world) visit(p *person) {
	ctx := context.Background()
	w.redis().catchUp() // a command may come after its own repetition, not minutes later, after a visitor's
	must, at, a := w.mustLive(p), time.Now(), w.app()
	heals := w.reachable() && a.keys.Answering() // it may not have heard yet that Redis is back
	v, err := a.keeper.Visit(ctx, p.cookie)
	w.must(err)
	heals = heals && a.keys.Answering() // and the first to ask after a failover may learn that its connections are dead
	if !v.Exists() {
		if must && w.off == 0 {
			w.fail("UNREACHABLE: person %d must live and is a stranger", p.n)
		}
		if c := v.Settle(ctx, true); c != nil && c.Value != p.cookie {
			if must {
				w.fail("LOST COOKIE: person %d must live and was given another cookie", p.n)
			}
			p.open = "has another cookie"
		}
		return
	}
	if v.Scope().Session() != p.id {
		w.fail("person %d got somebody else's session", p.n)
	}
	if p.erased {
		if !w.restored {
			w.fail("person %d erased their session and is in it", p.n)
		}
		p.open = "erased, came back with a backup and was visited before anybody missed its key"
	}
	w.write(p, v.Scope(), at, must, heals)
	v.Settle(ctx, true)
	p.contact = time.Now()
	w.noteKey(p)
}

// write changes the card, after reading what was acknowledged before.
func (w *world) write(p *person, s *db.Scope, at time.Time, must, heals bool) {
	title := fmt.Sprint(w.r.IntN(1000))
	err := s.Edit(context.Background(), p.card, func(c *card.Card) error {
		if c.Title != p.title {
			w.fail("LOST: person %d wrote %q and reads %q", p.n, p.title, c.Title)
		}
		c.Title = title
		return nil
	})
	switch {
	case err == nil:
		p.title = title
		w.saw(p, at, heals)
	case errors.Is(err, db.ErrEnded) && !must:
	case w.broken():
	default:
		w.fail("person %d cannot write: %v", p.n, err)
	}
}

// saw notes an acknowledged visit. One that the database refused to write down does not count, and one at a time
// when the wall clock was behind counts from what it said.
func (w *world) saw(p *person, at time.Time, heals bool) {
	if said := at.Add(min(w.off, 0)); !w.broken() || said.Before(p.seen) {
		p.seen = said
	}
	w.heal(p, heals)
}

// heal is what an acknowledged visit does to a key deleted by hand: it is set again, or while Redis is away the
// grace begins anew.
func (w *world) heal(p *person, heals bool) {
	switch {
	case p.deleted.IsZero():
	case heals:
		p.deleted, p.missed = time.Time{}, w.broken()
	default:
		p.deleted = time.Now()
	}
}

// noteKey notes that Redis knows of the visit.
func (w *world) noteKey(p *person) {
	if w.embedded || w.off < 0 {
		return
	}
	f := w.redis()
	f.mu.Lock()
	defer f.mu.Unlock()
	k, there := f.data(w.number)[p.key()]
	if left := time.Duration(k.until-f.now()) * time.Millisecond; there && left > p.ttl-p.touches()-time.Second {
		p.keyed = time.Now()
	}
}

// erase is a person's wish to be forgotten.
func (w *world) erase(p *person) {
	ctx := context.Background()
	v, err := w.app().keeper.Visit(ctx, p.cookie)
	w.must(err)
	if !v.Exists() {
		return
	}
	p.contact = time.Now()
	switch err := v.End(ctx); {
	case err == nil:
		p.erased = true
	case w.broken():
		p.open = "erased on a broken database"
	default:
		w.fail("person %d cannot be erased: %v", p.n, err)
	}
}
