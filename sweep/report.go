package sweep

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"cardstock/db"
)

// Report says what a pass found and did, or would do.
type Report struct {
	DryRun   bool
	Store    string // where sessions are kept, without credentials
	Looked   int    // sessions looked at
	Due      int    // of them expired
	Ended    int    // ended by this pass: expired, or without their key for longer than the grace
	Resumed  int    // ended earlier, erased or still to be erased
	Erased   db.Erased
	Marked   int    // whose key is missing for the first time
	Missing  []Mark // whose key is missing, not yet for longer than the grace
	Repaired int    // row or key corrected by the other
	SetAgain int    // whose key was set again
	Freed    db.Vacuumed
	Held     []Hold // why it erased less than it found
	Took     time.Duration

	began time.Time
	busy  bool // another process was sweeping
}

// Mark is a live session whose key is missing.
type Mark struct {
	Since time.Time
	Goes  time.Time // when it is erased unless its visitor or its key comes back
}

// Hold is a reason not to erase, and what an operator can do.
type Hold struct {
	Why  string
	Do   string
	kind string // tells one reason from another whatever the numbers in it
}

// Kind is one word for the reason, one of HoldKinds.
func (h Hold) Kind() string { return h.kind }

// HoldKinds are all reasons to hold back.
var HoldKinds = []string{"away", "busy", "clock", "clock_past", "evicted", "failed", "lost", "marked", "mass", "masters", "midway", "reset", "restarted", "skew"}

// Outcomes are what Outcome can say of a pass.
var Outcomes = []string{"failed", "held", "erased", "set_again", "repaired", "marked", "busy", "idle"}

// Outcome says in one word what became of a pass that ended with err: the gravest of all that is true.
func (r *Report) Outcome(err error) string {
	switch {
	case err != nil:
		return "failed"
	case len(r.Held) > 0:
		return "held"
	case r.Ended+r.Erased.Sessions+r.Erased.Rows > 0:
		return "erased"
	case r.SetAgain > 0:
		return "set_again"
	case r.Repaired > 0:
		return "repaired"
	case r.Marked > 0:
		return "marked"
	case r.busy:
		return "busy"
	}
	return "idle"
}

func (p *pass) hold(h Hold) {
	if !slices.ContainsFunc(p.r.Held, func(x Hold) bool { return x.kind == h.kind }) {
		p.r.Held = append(p.r.Held, h)
	}
}

// didSomething reports whether a pass is worth a line in the log.
func (r *Report) didSomething() bool {
	return r.Ended+r.Erased.Sessions+r.Erased.Rows+r.Marked+r.Repaired+r.SetAgain+r.Freed.Pages > 0
}

// attrs are the report's figures for the log: no ids, no contents.
func (r *Report) attrs() []any {
	return []any{
		"looked_at", r.Looked,
		"due", r.Due,
		"ended", r.Ended,
		"resumed", r.Resumed,
		"erased_sessions", r.Erased.Sessions,
		"erased_rows", r.Erased.Rows,
		"erased_bytes", r.Erased.Bytes,
		"missing", len(r.Missing),
		"repaired", r.Repaired,
		"set_again", r.SetAgain,
		"freed_pages", r.Freed.Pages,
		"vacuum_step", r.Freed.Longest.Round(time.Microsecond),
		"ms", r.Took.Milliseconds(),
	}
}

// Write writes the report for people.
func (r *Report) Write(w io.Writer) error {
	var b strings.Builder
	would := func(did, wouldDo string) string {
		if r.DryRun {
			return "Would " + wouldDo
		}
		return did
	}
	if r.DryRun {
		b.WriteString("A dry run: nothing is changed.\n")
	}
	fmt.Fprintf(&b, "Looked at %s, kept in %s; %d expired.\n", count(r.Looked, "session"), r.Store, r.Due)
	fmt.Fprintf(&b, "%s %s.\n", would("Ended", "end"), count(r.Ended, "session"))
	if r.Resumed > 0 {
		fmt.Fprintf(&b, "%s the erasing of %s ended earlier.\n", would("Resumed", "resume"), count(r.Resumed, "session"))
	}
	if !r.DryRun {
		fmt.Fprintf(&b, "Erased %s and %s with %s; %s of the file given back.\n", count(r.Erased.Sessions, "session"),
			count(r.Erased.Rows, "row"), size(r.Erased.Bytes), count(r.Freed.Pages, "page"))
	}
	if r.Repaired > 0 {
		fmt.Fprintf(&b, "%s %s by what Redis says.\n", would("Corrected", "correct"), count(r.Repaired, "session"))
	}
	if r.SetAgain > 0 {
		fmt.Fprintf(&b, "%s the keys of %s in Redis.\n", would("Set", "set"), count(r.SetAgain, "session"))
	}
	r.writeMissing(&b)
	r.writeHeld(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *Report) writeMissing(b *strings.Builder) {
	const shown = 20
	for i, m := range r.Missing {
		if i == shown {
			fmt.Fprintf(b, "... and %d more whose key is missing.\n", len(r.Missing)-shown)
			return
		}
		fmt.Fprintf(b, "Key missing since %s: a session goes at %s unless it is visited.\n",
			m.Since.Format(time.DateTime), m.Goes.Format(time.DateTime))
	}
}

func (r *Report) writeHeld(b *strings.Builder) {
	for _, h := range r.Held {
		fmt.Fprintf(b, "Held back: %s.\n", h.Why)
		if h.Do != "" {
			fmt.Fprintf(b, "  What to do: %s.\n", h.Do)
		}
	}
}

// count writes a number with its noun: 1 session, 2 sessions.
func count(n int, noun string) string {
	switch {
	case noun == "":
		return fmt.Sprint(n)
	case n == 1:
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func size(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return fmt.Sprintf("%d MB", n/1_000_000)
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}
