package format

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"cardstock/card"
)

func dom(t testing.TB, html string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestMarkdown(t *testing.T) {
	const rel = `rel="nofollow noopener noreferrer"`
	tests := []struct{ name, in, want string }{
		{"paragraphs", "a\n\nb", "<p>a</p>\n<p>b</p>\n"},
		{"a line break is a line break", "a\nb", "<p>a<br>\nb</p>\n"},
		{"emphasis", "**a** *b* ~~c~~ `d`", "<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>\n"},
		{"HTML is text", "<b>a</b> &amp; <!-- c -->", "<p>&lt;b&gt;a&lt;/b&gt; &amp; &lt;!-- c --&gt;</p>\n"},
		{"HTML blocks are text", "<div>\n<script>x</script>", "<p>&lt;div&gt;<br>\n&lt;script&gt;x&lt;/script&gt;</p>\n"},
		{"headings go below the question's", "# a\n\n### b", "<h4>a</h4>\n<h6>b</h6>\n"},
		{"links", "[a](https://example.org/?b=1&c=2)", `<p><a href="https://example.org/?b=1&amp;c=2" ` + rel + ">a</a></p>\n"},
		{"addresses", "see https://example.org/a, or a@example.org", `<p>see <a href="https://example.org/a" ` + rel + `>https://example.org/a</a>, or <a href="mailto:a@example.org" ` + rel + ">a@example.org</a></p>\n"},
		{"no javascript", "[a](javascript:alert(1))", "<p>a</p>\n"},
		{"no ftp", "[a](ftp://example.org)", "<p>a</p>\n"},
		{"no relative links", "[a](/session)", "<p>a</p>\n"},
		{"a picture is a link", "![cat *x*](https://example.org/c.png)", `<p><a href="https://example.org/c.png" ` + rel + ">cat x</a></p>\n"},
		{"a picture in a link", "[![cat](https://example.org/c.png)](https://example.org/)", `<p><a href="https://example.org/" ` + rel + ">cat</a></p>\n"},
		{"a picture with no words", "![](data:image/png;base64,AAAA)", "<p>picture</p>\n"},
		{"definitions do not vanish", "[1]: https://example.org", `<p>[1]: <a href="https://example.org" ` + rel + ">https://example.org</a></p>\n"},
		{"code", "```go\na < b\n```", "<pre><code>a &lt; b\n</code></pre>\n"},
		{"nothing visible", "#", "<pre>#</pre>"},
		{"tables", "|a|b|\n|-|-:|\n|c|d|", `<div class="wide" tabindex="0" role="group" aria-label="Table"><table>` +
			"\n<thead>\n<tr>\n<th>a</th>\n<th align=\"right\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>c</td>\n<td align=\"right\">d</td>\n</tr>\n</tbody>\n</table></div>\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(markdown(tt.in)); got != tt.want {
				t.Errorf("\n got %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestMarkdownLine(t *testing.T) {
	for in, want := range map[string]string{
		"1. FC Köln": "1. FC Köln", "# 7": "# 7", "my_model_v3": "my_model_v3", "- a": "- a", "> 3": "&gt; 3", "**b**": "<strong>b</strong>",
		"<i>x</i>": "&lt;i&gt;x&lt;/i&gt;", "a\nb": "a<br>\nb",
	} {
		if got := string(markdownLine(in)); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// attacks are known ways to smuggle a script, a style or a request into Markdown.
var attacks = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<iframe src=//evil.example></iframe>",
	"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](java\tscript:alert(1))", "[a](&#106;avascript:alert(1))", "[a](javascript&colon;alert(1))",
	"[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](vbscript:x)", "[a](file:///etc/passwd)", "[a](//evil.example)", "<javascript:alert(1)>", "<https://evil.example/\" onclick=\"alert(1)>",
	"![a](https://evil.example/x.png)", "![a](javascript:alert(1))", `![a](https://evil.example/"onerror="alert(1))`, `![" onload="alert(1)](https://evil.example)`,
	`[a](https://evil.example "title\" onmouseover=\"alert(1)")`, "[a]: javascript:alert(1)\n\n[a]", "![x][y]\n\n[y]: https://evil.example/x.png",
	"`<script>`", "```\"><script>alert(1)</script>\nx\n```", "```html onload=alert(1)\n<b>\n```", "<a href='javascript:alert(1)'>x</a>", "<style>*{color:red}</style>",
	"<p style='background:url(https://evil.example)'>", "<form action=//evil.example><input></form>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0>",
	"<math><mi//xlink:href=\"data:x,<script>alert(1)</script>\">", "<!--<img src=x onerror=alert(1)>-->", "<![CDATA[<script>alert(1)</script>]]>", "<?php x ?>",
	"|a|\n|-|\n|<img src=x onerror=alert(1)>|", "# <svg onload=alert(1)>", "> <object data=x>", "- <embed src=x>", "https://evil.example/\"><script>alert(1)</script>",
	"www.evil.example/<img src=x onerror=alert(1)>", "a@b.example\"onclick=\"alert(1)", "&lt;script&gt;alert(1)&lt;/script&gt;", "<scr<script>ipt>alert(1)</scr</script>ipt>",
	"</article></main><script>alert(1)</script>", "<textarea></textarea><img src=x onerror=alert(1)>", "<template><script>x</script></template>", "\x00<script>", "<table>", "</table></div>",
	"[<img src=x onerror=alert(1)>](https://evil.example)", "**<a onclick=alert(1)>**", "{{.}}{{template \"page\"}}", "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
}

var allowed = strings.Fields("html head body article header section div h1 h2 h3 h4 h5 h6 p br hr ul ol li blockquote dl dt dd pre code em strong del a table thead tbody tr th td")

var allowedAttributes = strings.Fields("class dir id href rel align start tabindex role aria-label scope")

// ourBar is the one drawing in an article, letter by letter but for a number.
var ourBar = regexp.MustCompile(`<svg class="shares" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect width="100" height="6"/><rect class="train" width="[0-9.]+" height="6"/></svg>`)

// checkHarmless parses a page as a browser does and looks at every element.
func checkHarmless(t testing.TB, html string) {
	t.Helper()
	html = ourBar.ReplaceAllString(html, "")
	dom(t, html).Find("*").Each(func(_ int, s *goquery.Selection) {
		n := s.Get(0)
		if !slices.Contains(allowed, n.Data) {
			t.Errorf("there is an element %s in %q", n.Data, html)
		}
		for _, a := range n.Attr {
			if !slices.Contains(allowedAttributes, a.Key) {
				t.Errorf("%s has the attribute %s=%q", n.Data, a.Key, a.Val)
			}
			if a.Key == "href" && !strings.HasPrefix(a.Val, "http://") && !strings.HasPrefix(a.Val, "https://") && !strings.HasPrefix(a.Val, "mailto:") {
				t.Errorf("a link goes to %q", a.Val)
			}
		}
		if rel, _ := s.Attr("rel"); n.Data == "a" && rel != relation {
			t.Errorf("a link has rel=%q", rel)
		}
	})
}

func TestArticleIsHarmless(t *testing.T) {
	for i, attack := range append(slices.Clone(attacks), hostile...) {
		attack = strings.ReplaceAll(attack, "\x00", "")
		c := &card.Card{Kind: card.Model, Title: attack, Sections: []card.Section{{Key: "s", Title: attack}}}
		for _, kind := range []card.FieldKind{card.Line, card.Text, card.List, card.Date, card.Number, card.Choice, card.Table} {
			f := card.Field{Key: "f." + string(kind), Label: attack, Kind: kind, Answer: attack, Columns: []card.Column{{Key: "a", Title: attack, Kind: card.Line}}}
			c.Sections[0].Fields = append(c.Sections[0].Fields, f)
		}
		c.Sections[0].Fields = append(c.Sections[0].Fields, card.Field{Key: "t", Label: "t", Kind: card.Table,
			Answer: card.TableAnswer(card.Rows{{"gone": attack}}), Columns: []card.Column{{Key: "a", Title: "A", Kind: card.Line}}})
		html, err := Article(templates(t), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(fmt.Sprint(i), func(t *testing.T) { checkHarmless(t, string(html)) })
	}
}

// TestMarkdownIsQuick renders what makes Markdown parsers take minutes.
func TestMarkdownIsQuick(t *testing.T) {
	undetected(t)
	const limit = 2 * time.Second
	var slowest time.Duration
	units := []string{"[", "]", "*", "_", "~", "`", ">", "> ", "- ", "-", "+ ", "1. ", "1) ", "#", "!", "![", "[]", "[a](", "[[]](", "(", "<", "<a", "*a ", "**a", "*a_ ", "*_",
		"`a``", "~~a", "|", "|-", "a|", "\\", "&", "a@", "http://", "www.a", "[a]: b\n", "| a\n|-\n", "> - ", "- > ", "\t", "    ", "a\n=", "\n", "\t- ", " -", "> \n", "-\n", "* \n", "a.b@c.d "}
	for _, unit := range units {
		for _, head := range []string{"", "|a|b|\n|-|-|\n"} {
			in := head + strings.Repeat(unit, card.MaxAnswer/len(unit))
			start := time.Now()
			out := string(markdown(in)) + string(markdownLine(in))
			took := time.Since(start)
			slowest = max(slowest, took)
			if took > limit {
				t.Errorf("%q takes %v", unit, took)
			}
			if strings.TrimSpace(in) != "" && dom(t, out).Text() == "" {
				t.Errorf("nothing is left of %q", unit)
			}
		}
	}
	t.Logf("The slowest took %v.", slowest)
}
