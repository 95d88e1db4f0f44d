package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"cardstock/db"
)

// sessionsCommand says how many sessions there are, how old and how large: nothing of what is in them, nor whose they are.
func sessionsCommand(ctx context.Context, c *Config, _ io.Reader, out io.Writer) (int, error) {
	d, err := db.OpenToRead(ctx, c.DB)
	if err != nil {
		return exitFailed, err
	}
	defer d.Close()
	began := d.Now()
	census, err := d.Census(ctx)
	if err != nil {
		return exitFailed, fmt.Errorf("database %s: %w", c.DB, err)
	}
	if err := writeCensus(out, census, began, c.DB); err != nil {
		return exitFailed, err
	}
	return 0, nil
}

// writeCensus writes it all for people.
func writeCensus(out io.Writer, c *db.Census, now time.Time, path string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, at %s\n\n", path, now.Format(time.DateTime))
	line := func(n int, what string) { fmt.Fprintf(&b, "%13s  %s\n", number(n), what) }
	line(c.Live, "sessions alive")
	line(c.Shared, "of them at shared computers")
	line(c.Missing, "of them without their key in Redis")
	line(c.Due, "expired, not yet ended")
	line(c.Ended, "ended, not yet erased")
	line(c.Cards, fmt.Sprintf("cards, at most %d in one session", c.MostCards))
	b.WriteString("\n        began   last visit  of those alive\n")
	for i, age := range []string{"within an hour", "within a day", "within 7 days", "within 30 days", "longer ago"} {
		fmt.Fprintf(&b, "%13s%13s  %s\n", number(c.Created[i]), number(c.Visited[i]), age)
	}
	b.WriteString("\n")
	for i, time := range []string{"an hour", "a day", "7 days"} {
		line(c.Within[i], "expire within "+time)
	}
	b.WriteString(nextOnes(c.Next) + "\n" + holdings(c))
	_, err := io.WriteString(out, b.String())
	return err
}

// nextOnes says when the next sessions expire.
func nextOnes(next []db.Leaving) string {
	var b strings.Builder
	for i, n := range next {
		what := ""
		if i == 0 {
			what = "next to expire"
		}
		fmt.Fprintf(&b, "%14s %s, with %s\n", what, time.UnixMilli(n.ExpiresAt).Format(time.DateTime), plural(n.Cards, "card"))
	}
	return b.String()
}

// holdings says how much there is.
func holdings(c *db.Census) string {
	large := make([]string, len(c.Largest))
	for i, n := range c.Largest {
		large[i] = bytesText(n)
	}
	text := fmt.Sprintf("Cards and files: %s.\n", bytesText(c.Bytes))
	if len(large) > 0 {
		text += "Largest sessions: " + strings.Join(large, ", ") + ".\n"
	}
	return text + fmt.Sprintf("Database file: %s, of which %s are free; its log: %s.\n", bytesText(c.Size.File), bytesText(c.Size.Free), bytesText(c.Size.Log))
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
