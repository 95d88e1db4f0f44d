package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"cardstock/db"
)

// countFor is how long the command sessions reads texts to count their bytes; then it estimates.
const countFor = 3 * time.Second

// sessionsCommand says how many sessions there are, how old and how large: nothing of what is in them, nor whose they are.
func sessionsCommand(ctx context.Context, c *Config, _ io.Reader, out io.Writer) (int, error) {
	d, err := db.OpenToRead(ctx, c.DB)
	if err != nil {
		return exitFailed, err
	}
	defer d.Close()
	census, err := d.Census(ctx, countFor)
	if err != nil {
		return exitFailed, fmt.Errorf("database %s: %w", c.DB, err)
	}
	if err := writeCensus(out, census, d.Now(), c.DB); err != nil {
		return exitFailed, err
	}
	return 0, nil
}

// writeCensus writes three small tables.
func writeCensus(out io.Writer, c *db.Census, now time.Time, path string) error {
	fmt.Fprintf(out, "%s, at %s\n\n", path, now.Format(time.DateTime))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	row := func(words ...string) { fmt.Fprintln(w, strings.Join(words, "\t")+"\t") }
	row("sessions", "alive", "shared computer", "key missing", "expired", "ended")
	row("", number(c.Live), number(c.Shared), number(c.Missing), number(c.Due), number(c.Ended))
	row()
	row(append([]string{"alive, by age"}, "< 1 hour", "< 1 day", "< 7 days", "< 30 days", "older")...)
	row(append([]string{"since they began"}, numbers(c.Created[:])...)...)
	row(append([]string{"since the last visit"}, numbers(c.Visited[:])...)...)
	row()
	row("expire within", "1 hour", "1 day", "7 days")
	row(append([]string{""}, numbers(c.Within[:])...)...)
	if err := w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprint(out, "\n", nextOnes(c.Next), holdings(c))
	return err
}

// nextOnes says when the next sessions expire.
func nextOnes(next []db.Leaving) string {
	var b strings.Builder
	for _, n := range next {
		fmt.Fprintf(&b, "Next to expire: %s, with %s.\n", time.UnixMilli(n.ExpiresAt).Format(time.DateTime), plural(n.Cards, "card"))
	}
	return b.String()
}

// holdings says how much there is.
func holdings(c *db.Census) string {
	about, of := "", ""
	if !c.Bytes.Whole {
		about, of = "about ", fmt.Sprintf(" (%s of the sessions were counted)", number(c.Bytes.Sessions))
	}
	large := make([]string, len(c.Bytes.Largest))
	for i, n := range c.Bytes.Largest {
		large[i] = bytesText(n)
	}
	text := fmt.Sprintf("Cards: %s, at most %d in one session.\nTexts and files: %s%s%s.\n", number(c.Cards), c.MostCards, about, bytesText(c.Bytes.Total), of)
	if len(large) > 0 {
		text += "Largest sessions: " + strings.Join(large, ", ") + ".\n"
	}
	return text + fmt.Sprintf("Database file: %s, of which %s are free; its log: %s.\n", bytesText(c.Size.File), bytesText(c.Size.Free), bytesText(c.Size.Log))
}

func numbers(counts []int) []string {
	texts := make([]string, len(counts))
	for i, n := range counts {
		texts[i] = number(n)
	}
	return texts
}

// number writes a number with a comma before each three digits.
func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return number(n) + " " + noun + "s"
}

func bytesText(n int64) string {
	for _, u := range []struct {
		name string
		size int64
	}{{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if n >= u.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(u.size), u.name)
		}
	}
	return plural(int(n), "byte")
}
