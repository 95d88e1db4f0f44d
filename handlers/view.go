package handlers

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/template/html/v2"

	"cardstock/card"
	"cardstock/card/format"
)

// views is the template engine with everything in it parsed and run once.
type views struct{ engine *html.Engine }

// loadViews parses all templates and executes each once: html/template escapes a template at its first execution, and two
// first ones at the same moment race. Data is missing then, so only an error of escaping counts.
func (a *app) loadViews() (*views, error) {
	engine := html.NewFileSystem(http.FS(a.Views), ".html")
	engine.AddFuncMap(a.functions())
	if err := engine.Load(); err != nil {
		return nil, err
	}
	for _, t := range engine.Templates.Templates() {
		var escape *template.Error
		if err := t.Execute(io.Discard, nil); errors.As(err, &escape) {
			return nil, escape
		}
	}
	return &views{engine}, nil
}

// functions are what templates can call.
func (a *app) functions() map[string]any {
	return map[string]any{
		"url":      a.url,
		"asset":    func(name string) string { return a.url("/static/" + a.assets.hashed[name]) },
		"day":      func(t time.Time) string { return t.UTC().Format("2 January 2006") },
		"clock":    func(t time.Time) string { return t.UTC().Format("15:04") + " UTC" },
		"stamp":    func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"short":    func(d time.Duration) bool { return d < 48*time.Hour },
		"ago":      func(t time.Time) string { return ago(a.DB.Now().Sub(t)) },
		"size":     size,
		"halved":   func(n int) float64 { return float64(n) / 2 },
		"count":    count,
		"arc":      arc,
		"markdown": format.Markdown,
		"lower":    strings.ToLower,
		"seconds":  func(t time.Time) int { return max(int(t.Sub(a.DB.Now()).Seconds()), 1) },
		"dict":     dict,
		"counts":   func(t *card.Template) [2]int { q, e := t.Counts(); return [2]int{q, e} },
		"ttl":      lifetime,
		"kinds":    kinds,
		// a one-line box would swallow line breaks
		"multiline": func(s string) bool { return strings.Contains(s, "\n") },
	}
}

// frame is what every page has around its content.
type frame struct {
	Title  string
	Done   string        // what was just done, one plain sentence
	Keep   time.Time     // until when the visitor's cards are kept, or would be
	TTL    time.Duration // how long a session lives after a visit
	Kept   bool          // whether anything is kept
	Shared bool
	Card   *cardHead // on pages about one card
	Links  []link    // the operator's pages, in the footer
}

type link struct{ Path, Title, Note string }

// cardHead is what the header says about the card that is open.
type cardHead struct {
	ID, Name, Title string
	Kind            card.Kind
	Saved           time.Time
	Unsaved         bool // something on this page was typed and is not saved
	Exports         []link
	HasOriginal     bool
}

// done says in plain words what was just done, on the page that a redirect leads to. Only these can be said: what stands
// behind done= in an address is no text of anybody's.
var done = map[string]string{
	"erased":    "Everything was erased. Nothing is kept about you any more.",
	"kind":      "Those cards were erased.",
	"deleted":   "The card was erased for good, with its answers and files.",
	"undeleted": "The card is back, as it was.",
	"linked":    "Noted which datasheets this card uses.",
	"copied":    "This is the copy. What you change here does not change the first card; files you uploaded stay with that one.",
	"version":   "This is the next version. It begins with the answers of the one before, which stays as it is. The version, its date, its changes and its status begin anew: look at them first.",
	"emptied":   "The card is back at its empty template.",
	"section":   "The section was deleted.",
	"restored":  "The earlier answer is back. What stood there is now among the earlier answers.",
	"file":      "The uploaded file was erased. The card did not change.",
	"facts":     "What was read from the model file is erased. The card did not change.",
	"shared":    "Noted: others use this computer. The cookie ends with the browser, and everything is erased 12 hours after your last visit.",
	"arrived":   "The cards are here now, and the other browser no longer has them.",
	"own":       "Noted: this computer is your own.",
	"undone":    "The last change is taken back. What stood there is now among the earlier answers.",
	"then":      "The answers are back at what they were then. What stood there is now among the earlier answers.",
	"same":      "All answers are as they were then, so nothing was changed.",
	"forgot":    "The earlier answer was erased for good. The answer as it is now did not change.",
	"purged":    "Everything this question said before was erased for good. The answer as it is now did not change.",
	"table":     "The rows of your table are in the answer now. What stood there before is among the earlier answers.",
}

// frameFor fills the frame of a page; it works for an error before the visitor is known, too.
func (a *app) frameFor(c *fiber.Ctx, title string) frame {
	f := frame{Title: title, Links: a.pages.links(), Done: done[c.Query("done")], TTL: a.Sessions.TTL()}
	f.Keep = a.DB.Now().Add(f.TTL)
	if v := visitOf(c); v != nil {
		f.Keep, f.TTL, f.Kept, f.Shared = v.ExpiresAt(), v.TTL(), v.Exists(), v.Shared()
	}
	return f
}

// dict makes the data of a nested template from names and values.
func dict(pairs ...any) (map[string]any, error) {
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: %v is not a name", pairs[i])
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}

// lifetime writes how long a session lives: 30 days, 12 hours.
func lifetime(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return count(int(d.Hours()/24), "day")
	case d >= 2*time.Hour:
		return count(int(d.Hours()), "hour")
	case d >= 2*time.Minute:
		return count(int(d.Minutes()), "minute")
	}
	return count(int(d.Seconds()), "second")
}

// arc is the drawn part of a progress ring, in the units of its circumference of 50.
func arc(p card.Progress) int {
	if p.Fields == 0 {
		return 0
	}
	return int(math.Round(50 * float64(p.Answered) / float64(p.Fields)))
}

// count writes a number with its noun: 1 card, 3 cards.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// size writes a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/(1<<20)), ".0") + " MB"
	case n >= 1<<10:
		return fmt.Sprintf("%d KB", n>>10)
	}
	return count(int(n), "byte")
}

// ago writes how long ago something was.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return count(int(d.Minutes()), "minute") + " ago"
	case d < 24*time.Hour:
		return count(int(d.Hours()), "hour") + " ago"
	case d < 48*time.Hour:
		return "yesterday"
	}
	return count(int(d.Hours()/24), "day") + " ago"
}
