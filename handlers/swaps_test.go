package handlers_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// most is nearly as many bytes as an answer can have.
const most = 90_000

// longText is a text of words that no compression makes small.
func longText(seed uint64, bytes int) string {
	r, b := rand.New(rand.NewPCG(seed, 1)), strings.Builder{}
	for b.Len() < bytes {
		fmt.Fprintf(&b, "%x ", r.Uint64()>>r.IntN(50))
		if r.IntN(40) == 0 {
			b.WriteString("<b> & \"so on\"\n\n")
		}
	}
	return strings.TrimSpace(b.String())
}

var boxText = regexp.MustCompile(`(?s)(<textarea[^>]*>).*?</textarea>`)

// beside is what a swap has besides the texts in its boxes, as it goes over the line.
func beside(t *testing.T, body []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(boxText.ReplaceAll(body, []byte("$1")))
	w.Close()
	return b.Len()
}

// fixtureOfLongAnswers is a card with the longest answers to every question that is answered by a text.
func fixtureOfLongAnswers(t *testing.T) *fixture {
	t.Helper()
	f, seed := newApp(t).fixture(), uint64(0)
	f.get(f.card).find("#outline a[data-section]").Each(func(_ int, a *sel) {
		page := f.get(a.AttrOr("href", ""))
		page.find(".field textarea.long").Each(func(_ int, box *sel) {
			seed++
			key := strings.TrimPrefix(box.AttrOr("name", ""), "answer.")
			f.put(f.card+"/fields/"+key, form("answer."+key, longText(seed, most), "rev."+key, page.rev(key))).is(303)
		})
	})
	t.Logf("%d long answers", seed)
	return f
}

// TestEverySwapIsSmall asks for every fragment of a card of the longest answers: besides the texts in boxes none is over 12 KB.
func TestEverySwapIsSmall(t *testing.T) {
	undetected(t)
	t.Parallel()
	f := fixtureOfLongAnswers(t)
	f.htmx = true
	largest := 0
	small := func(r *reply) *reply {
		t.Helper()
		n := beside(t, r.body)
		if largest = max(largest, n); n > 12<<10 {
			t.Errorf("%s: %d bytes besides the texts in its boxes", r.what, n)
		}
		return r
	}
	for _, v := range visits {
		// Two pages show whole answers, and no link or form of ours swaps them in.
		page := v.route == "GET /cards/:id/preview" || v.route == "GET /cards/:id/artefact"
		if strings.HasPrefix(v.route, "GET /cards/:id") && v.htmx == 200 && v.piece != "" && !page {
			small(f.do(request{method: "GET", path: f.path(v)}))
		}
	}
	section := f.card + "/sections/intended_use"
	for _, path := range []string{f.card + "/preview?section=", f.card + "/preview?section=intended_use", section, f.card + "/search?q=so"} {
		small(f.do(request{method: "GET", path: path}).is(200))
	}
	page := f.get(section)
	long, field := page.answer(uses), f.card+"/fields/"+uses
	small(f.do(request{method: "POST", path: field + "/preview", form: form("answer."+uses, long)}).is(200))
	small(f.put(section, form("answer."+uses, long+" more", "rev."+uses, page.rev(uses), "answer.version.date", "")))

	// A change in the middle, and another text altogether.
	for _, mine := range []string{long[:len(long)/2] + " mine " + long[len(long)/2:], longText(1000, most)} {
		f.put(field, form("answer."+uses, long+" theirs", "rev."+uses, f.get(section).rev(uses))).is(200)
		values := form("answer."+uses, mine, "rev."+uses, page.rev(uses))
		r := small(f.put(field, values).is(409))
		if len(r.body) > 12<<10 || strings.Contains(string(r.body), "<textarea") {
			t.Errorf("a conflict of two long texts is %d bytes", len(r.body))
		}
		if said := r.find(".diff").Text(); !regexp.MustCompile(`… [0-9]+,[0-9]{3} (more )?words( unchanged)? …`).MatchString(said) || !r.has(`a[href$="/fields/`+uses+`"]`) {
			t.Errorf("it does not say what is left out: %s", clip([]byte(said)))
		}
		small(f.put(section, values).is(409))
		values.Set("together", uses)
		if r = small(f.put(section, values).is(409)); !strings.Contains(r.answer(uses), "theirs") {
			t.Error("both together lack what is stored")
		}
	}
	small(f.do(request{method: "GET", path: section + "/revs?rev." + uses + "=" + url.QueryEscape(page.rev(uses))}).is(200))
	t.Logf("the largest swap has %d bytes besides the texts in its boxes", largest)
}
