package format

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"cardstock/card"
)

func TestPageIsLossless(t *testing.T) {
	undetected(t)
	for seed := range uint64(100) {
		c := randomCard(t, seed)
		data := encode(t, ".html", c)
		r := read(t, data)
		if r.Format.Name != "html" {
			t.Fatalf("read as %s", r.Format.Name)
		}
		same(t, r.Card, c)
		if !bytes.Equal(encode(t, ".html", r.Card), data) {
			t.Fatal("two exports of one card differ")
		}
	}
}

// TestPageAsksNothing looks at every element of an exported page: one data block, one style sheet,
// nothing that runs, nothing that is fetched.
func TestPageAsksNothing(t *testing.T) {
	c := templates(t).Get("model").New()
	for i, key := range []string{"model_details.name", "model_details.type", "intended_use.out_of_scope"} {
		f, _ := c.Field(key)
		f.Answer = strings.Join(attacks[1+i*10:], "\n\n")
		f.Answer = strings.ReplaceAll(f.Answer, "\x00", "")
	}
	page := encode(t, ".html", c)
	doc := dom(t, string(page))
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, a := range s.Get(0).Attr {
			if strings.HasPrefix(a.Key, "on") || slices.Contains([]string{"src", "srcset", "style", "background", "data", "action", "poster"}, a.Key) {
				t.Errorf("%s has %s=%q", s.Get(0).Data, a.Key, a.Val)
			}
		}
	})
	if scripts := doc.Find("script"); scripts.Length() != 1 || scripts.AttrOr("type", "") != "application/json" {
		t.Errorf("there are %d scripts", scripts.Length())
	}
	if n := doc.Find("link, img, iframe, object, embed, base, form, input, video, audio, svg").Length(); n != 0 {
		t.Errorf("there are %d elements that fetch or send", n)
	}
	css := doc.Find("style").Text()
	if doc.Find("style").Length() != 1 || strings.Contains(css, "url(") || strings.Contains(css, "@import") || !strings.Contains(css, "@page") {
		t.Error("the style sheet is not one, or fetches something")
	}
	policy, _ := doc.Find(`meta[http-equiv="Content-Security-Policy"]`).Attr("content")
	for _, part := range []string{"default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'"} {
		if !strings.Contains(policy, part) {
			t.Errorf("the policy lacks %s: %s", part, policy)
		}
	}
	if strings.Contains(string(page), "ZgotmplZ") {
		t.Error("the template filtered something away")
	}
	checkBlock(t, page)
}

// checkBlock: in the data block there is no character that could end it.
func checkBlock(t *testing.T, page []byte) {
	t.Helper()
	start, end, ok := dataBlock(&Document{text: string(page)})
	if !ok || strings.ContainsAny(string(page[start:end]), "<>&\u2028\u2029") {
		t.Error("the data block is missing or not safely escaped")
	}
}

func TestPageReadAfterABrowserSavedIt(t *testing.T) {
	c := randomCard(t, 3)
	root, err := html.Parse(bytes.NewReader(encode(t, ".html", c)))
	if err != nil {
		t.Fatal(err)
	}
	var saved bytes.Buffer
	if err := html.Render(&saved, root); err != nil {
		t.Fatal(err)
	}
	same(t, read(t, saved.Bytes()).Card, c)
}

func TestPageRefuses(t *testing.T) {
	block := `<!doctype html>` + "\n" + `<script type="application/json" id="cardstock">`
	for in, want := range map[string]string{
		block + "{\n\"format\": }</script>":                              "at line 3, column 11",
		block + `{"format":"cardstock/9"}</script>`:                      "newer Cardstock",
		block + `{"a":1}</script>`:                                       "is not a card",
		block + `[]</script>`:                                            "is not a card",
		block + `</script>`:                                              "holds no card",
		`<!doctype html><script id="cardstock">{}</script>`:              "holds no card",
		`<p>&lt;script type="application/json" id="cardstock"&gt;{}</p>`: "holds no card",
	} {
		if _, err := Read(templates(t), []byte(in)); err == nil || !strings.Contains(err.Error(), want) || card.CodeOf(err) != card.Invalid {
			t.Errorf("%s: got %v, want …%s…", in, err, want)
		}
	}
}

func TestArticle(t *testing.T) {
	c := templates(t).Get("model").New()
	for key, answer := range map[string]string{
		"model_details.name": "Wound segmenter v3", "version.name": "3.0", "version.date": "2025-11-03",
		"intended_use.primary_uses": "a\nb", "model_details.references": "https://example.org/a\n\nb",
		"quantitative_analyses.metrics": card.TableAnswer(card.Rows{{"metric": "Recall", "value": "0.884"}}),
		"energy.hours":                  "62",
	} {
		f, _ := c.Field(key)
		f.Answer = answer
	}
	article, err := Article(templates(t), c)
	if err != nil {
		t.Fatal(err)
	}
	doc := dom(t, string(article))
	for selector, want := range map[string]string{
		"article.sheet > header h1":                       "Wound segmenter v3",
		"article.sheet .about":                            "Model card, version 3.0, 3 November 2025, draft",
		"#read-intended_use .entry:has(.unstated) h3":     "Primary usersOut-of-scope uses",
		"#read-model_details ul.answer li":                "https://example.org/ab",
		"#read-quantitative_analyses .wide > table thead": "MetricValue",
		"#read-quantitative_analyses td.number":           "0.884",
		"#read-energy .entry":                             "Training time (hours)\n62",
		"#read-energy h3":                                 "Training time (hours)",
		"#read-governance h2":                             "Review and approval",
	} {
		if got := strings.TrimSpace(doc.Find(selector).Text()); strings.ReplaceAll(got, "\n", "") != strings.ReplaceAll(want, "\n", "") {
			t.Errorf("%s is %q, want %q", selector, got, want)
		}
	}
	if doc.Find("[dir=auto]").Length() == 0 || doc.Find("h1").Length() != 1 {
		t.Error("there is no dir=auto, or not one h1")
	}
}

func TestArticleShowsTablesThatAreNotRows(t *testing.T) {
	c := &card.Card{Kind: card.Model, Sections: []card.Section{{Key: "s", Title: "S", Fields: []card.Field{
		{Key: "a", Label: "A", Kind: card.Table, Answer: "just words"},
		{Key: "b", Label: "B", Kind: card.Table, Answer: "more words", Columns: []card.Column{{Key: "c", Title: "C", Kind: card.Line}}},
		{Key: "e", Label: "E", Kind: card.Table, Answer: wideTable()},
		{Key: "d", Label: "D", Kind: card.Table, Answer: `[{"lost":"found"}]`, Columns: []card.Column{{Key: "c", Title: "C", Kind: card.Line}}}}}}}
	article, err := Article(templates(t), c)
	if err != nil {
		t.Fatal(err)
	}
	if len(article) > 200_000 {
		t.Errorf("a table of empty cells makes a page of %d characters", len(article))
	}
	for _, want := range []string{"just words", "more words", "lost: found"} {
		if !strings.Contains(string(article), want) {
			t.Errorf("%q is not shown", want)
		}
	}
}

func TestArticleIsSafeToShare(t *testing.T) {
	var all sync.WaitGroup
	for seed := range uint64(8) {
		c := randomCard(t, seed)
		all.Go(func() {
			if _, err := Article(templates(t), c); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// wideTable has a column of its own in every row.
func wideTable() string {
	var rows card.Rows
	for i := range card.MaxRows {
		rows = append(rows, map[string]string{"c" + strconv.Itoa(i): "x"})
	}
	return card.TableAnswer(rows)
}
