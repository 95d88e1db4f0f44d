package sweep

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"cardstock/session"
)

// Evidence that Redis is the one we know: our sentinel key says what we last wrote, the masters are the same processes, they have
// thrown no keys away, and their clocks have not moved against ours. It is kept in the database, so that it
// survives restarts and is shared by all who sweep it.

const maxSkew = time.Minute

// noted returns what was last noted, or nil.
func (s *Sweeper) noted(ctx context.Context) (*session.Identity, error) {
	text, err := s.db.Evidence(ctx)
	if err != nil || text == "" {
		return nil, err
	}
	var id session.Identity
	if json.Unmarshal([]byte(text), &id) != nil {
		return nil, nil // as if there were none: all keys are set again
	}
	return &id, nil
}

func (s *Sweeper) note(ctx context.Context, id session.Identity) error {
	text, err := json.Marshal(id)
	if err != nil {
		return err
	}
	return s.db.NoteEvidence(ctx, string(text))
}

// differs says why the Redis seen is not known to be the one noted, or nil.
func differs(noted *session.Identity, seen session.Identity) *Hold {
	if noted == nil {
		return &Hold{kind: "first", Why: "this Redis is new to the database"}
	}
	h := differsMasters(noted.Masters, seen.Masters)
	switch {
	case seen.Mark == "" && (h == nil || h.kind != "evicted"): // thrown away, the sentinel is no sign of more
		return &Hold{
			kind: "lost",
			Why:  "Redis lost its keys, or is another one or another of its databases",
			Do:   "check the Redis URL if you did not expect this",
		}
	case h == nil && seen.Mark != noted.Mark: // a restarted one, or a replica, may have an older mark
		return &Hold{kind: "marked", Why: "Redis was marked anew, by an older database file or another server", Do: "check that no two databases were made from one file"}
	}
	return h
}

func differsMasters(noted, seen map[string]session.Master) *Hold {
	if len(noted) != len(seen) {
		return &Hold{kind: "masters", Why: fmt.Sprintf("Redis now has %d masters, it had %d", len(seen), len(noted))}
	}
	for run, now := range seen {
		if h := differsMaster(noted, run, now); h != nil {
			return h
		}
	}
	return nil
}

func differsMaster(noted map[string]session.Master, run string, now session.Master) *Hold {
	was, known := noted[run]
	switch {
	case !known:
		return &Hold{kind: "restarted", Why: "Redis was restarted, or a replica has taken over"}
	case now.Evicted > was.Evicted:
		return &Hold{
			kind: "evicted",
			Why:  fmt.Sprintf("Redis threw %d keys away for want of memory", now.Evicted-was.Evicted),
			Do:   "give Redis more memory and set its maxmemory-policy to noeviction",
		}
	case now.Evicted < was.Evicted: // CONFIG RESETSTAT
		return &Hold{kind: "reset", Why: "the counters of Redis were set back; whether it threw keys away since is unknown"}
	case time.Duration(now.Skew-was.Skew)*time.Millisecond > maxSkew || time.Duration(was.Skew-now.Skew)*time.Millisecond > maxSkew:
		return &Hold{kind: "skew", Why: "the clocks of Redis and of this server moved apart", Do: "check both clocks"}
	}
	return nil
}

// doubts says why missing keys prove nothing in this pass, or nil.
func (p *pass) doubts(noted *session.Identity) *Hold {
	if why := differs(noted, p.id); why != nil && (p.doubt == nil || noted != nil) {
		p.doubt = why
	}
	return p.doubt
}

// Meet looks at Redis before anybody is served. A session whose key goes to another Redis than the one noted, which no pass has seen, would
// be missed there once the first is back. While Redis is away it does nothing: no key can be set either.
func (s *Sweeper) Meet(ctx context.Context) error {
	if s.keys == nil || !s.keys.Answering() {
		return nil
	}
	noted, err := s.noted(ctx)
	if err != nil {
		return err
	}
	id, err := s.keys.Identify(ctx, s.instance, s.db.Now)
	if err != nil {
		return nil // away after all
	}
	if noted != nil {
		if s.doubt = differs(noted, id); s.doubt != nil {
			err = s.db.NoteEvidence(ctx, "")
		}
	}
	if err == nil {
		s.keys.Doubt(false)
	}
	return err
}

// distrust forgets what was noted about Redis, so that no pass of any process believes in a missing key before all keys
// are set again. Things may look as before by then: a clock was set right, a master came back.
func (p *pass) distrust(ctx context.Context, why *Hold) error {
	if p.keys == nil || p.how.DryRun {
		return nil
	}
	if p.doubt == nil {
		p.doubt = why
	}
	if text, err := p.db.Evidence(ctx); text == "" || err != nil {
		return err
	}
	return p.db.NoteEvidence(ctx, "")
}

// same reports whether Redis is still the one this pass began with.
func (p *pass) same(ctx context.Context) (bool, error) {
	id, err := p.keys.Identify(ctx, p.instance, p.db.Now)
	if err != nil {
		return false, err
	}
	if h := differs(&p.id, id); h != nil {
		p.hold(Hold{kind: "midway", Why: h.Why + ", while this pass was under way", Do: "nothing: the next pass looks again"})
		return false, p.distrust(ctx, h)
	}
	return true, nil
}
