package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"cardstock/card"
)

// texts that careless code breaks. Each must come back exactly, but for line breaks, which become LF.
var texts = map[string]string{
	"script":               `<script>alert("x")</script><img src=x onerror=alert(1)>`,
	"closes its box":       "</textarea></form><b>out</b>",
	"quotes":               `" ' & &amp; &lt; <!-- --> ]]>` + " ` \\",
	"template syntax":      `{{.}} {{define "x"}}{{end}} ${x} #{x}`,
	"right to left":        "\u202eabc\u202c \u200f\u05d0\u05d1 \u2067x\u2069",
	"combining characters": "e\u0301 a\u0308\u0323 Z\u0351\u036b",
	"emoji":                "👩🏽\u200d🔬 🏳️\u200d🌈 𝒳 \U0010fffd",
	"leading line break":   "\nx",
	"two leading breaks":   "\n\n x",
	"only breaks":          "\n\n\n",
	"trailing space":       "x  \t \n ",
	"leading space":        " \t x",
	"separators":           "a\u2028b\u2029c\u00a0d\ufeffe",
	"control characters":   "a\x01b\x1fc\x7fd\u0085e",
	"percent and plus":     "100%+1 %41 %zz a=b&c=d;e",
	"a very long word":     strings.Repeat("ü", 5000),
	"a key of ours":        "answer.model_details.name=x&_method=DELETE",
}

func TestHostileTextComesBackExactly(t *testing.T) {
	undetected(t)
	t.Parallel()
	s := common(t)
	b := s.visitor()
	path := b.newCard("model")
	details := path + "/sections/model_details"
	for name, text := range texts {
		line, _ := card.CleanLine(text)
		page := b.press(b.get(details), "#save", map[string]string{"answer.model_details.type": text, "answer.model_details.name": text}).is(200)
		for key, want := range map[string]string{"model_details.type": text, "model_details.name": text} {
			if got := page.answer(key); got != want {
				t.Errorf("%s: %s came back as %q, went as %q", name, key, got, want)
			}
		}
		if len(line) <= card.MaxTitle {
			page = b.press(page, formTo(path, "PUT"), map[string]string{"title": text}).is(200)
		}
		if got := page.one(`#card-name input[name="title"]`).AttrOr("value", ""); got != line && len(line) <= card.MaxTitle {
			t.Errorf("%s: the title came back as %q, went as %q", name, got, line)
		}
		// What was not edited is not written, whatever it is.
		before := page.rev("model_details.type")
		if again := b.press(page, "#save", nil).is(200); again.rev("model_details.type") != before {
			t.Errorf("%s: saving it unedited raised its revision", name)
		}
		for _, p := range []string{"/", path + "/preview", "/session", path + "/import", details} {
			harmless(t, name, b.get(p).is(200))
		}
	}
}

// harmless fails if anything a visitor typed has become alive on a page.
func harmless(t *testing.T, name string, page *reply) {
	t.Helper()
	page.find("script, img, iframe, object, embed, base, link, style, meta[http-equiv], a, form, [style]").Each(func(_ int, e *sel) {
		for _, attribute := range []string{"src", "href", "action", "data"} {
			u := e.AttrOr(attribute, "/")
			if parsed, err := url.Parse(u); err != nil || parsed.Scheme != "" || parsed.Host != "" || u == "x" {
				t.Errorf("%s: %s has an element with %s=%q", name, page.what, attribute, u)
			}
		}
	})
	page.find("*").Each(func(_ int, e *sel) {
		for _, a := range e.Nodes[0].Attr {
			if strings.HasPrefix(strings.ToLower(a.Key), "on") || a.Key == "style" || strings.HasPrefix(a.Key, "hx-on") {
				t.Errorf("%s: %s has the attribute %s=%q", name, page.what, a.Key, a.Val)
			}
		}
	})
	if page.has("b:contains('out')") || page.find("script:not([src])").Length() > 0 {
		t.Errorf("%s: an element that was typed is one on %s", name, page.what)
	}
}

func TestMarkdownOfAPreviewIsHarmless(t *testing.T) {
	undetected(t)
	t.Parallel()
	b := common(t).visitor()
	path := b.newCard("model")
	for _, text := range []string{
		"[a](javascript:alert(1)) [b](data:text/html,x) [c](vbscript:x)", "![i](https://evil.example/x.png) ![j](/session) ![k](//evil.example)",
		"<https://fine.example/> <javascript:alert(1)>", "<div hx-get=\"/session\" hx-trigger=\"load\">x</div>", "<svg><script>1</script></svg>",
		"[x]: javascript:alert(1)\n\n[x]", "<style>*{}</style><link rel=stylesheet href=//evil>", "`<script>`\n\n    <script>\n\n```html\n<script>alert(1)</script>\n```",
		"<form action=//evil><input name=x></form>", "<meta http-equiv=refresh content=0>", "<a href=\"java\nscript:alert(1)\">x</a>", "| a |\n|---|\n| <img src=x onerror=1> |",
	} {
		b.press(b.get(path), "#save", map[string]string{"answer.model_details.type": text, "answer.model_details.citation": text}).is(200)
		for _, p := range []string{path + "/preview", path + ".html"} {
			page := b.get(p).is(200)
			article := page.find("article, main, body").First()
			article.Find("script:not([type='application/json']), img:not([src^='data:']), iframe, form input[name=x], svg script, meta[http-equiv=refresh], [hx-get='/session']").Each(func(_ int, e *sel) {
				html, _ := e.Html()
				t.Errorf("%q: %s has a live element: %v %s", text, p, e.Nodes[0].Data, html)
			})
			article.Find("a[href]").Each(func(_ int, a *sel) {
				href := strings.ToLower(strings.TrimSpace(a.AttrOr("href", "")))
				for _, bad := range []string{"javascript:", "data:", "vbscript:"} {
					if strings.HasPrefix(href, bad) {
						t.Errorf("%q: a link to %s", text, href)
					}
				}
			})
		}
	}
}

func TestUnstorableText(t *testing.T) {
	t.Parallel()
	b := common(t).visitor()
	path := b.newCard("model")
	b.put(path+"/fields/model_details.name", form("answer.model_details.name", "before")).is(303)
	post := func(method, path, body string) *reply {
		return b.do(request{method: method, path: path, body: body, contentType: "application/x-www-form-urlencoded"})
	}
	for name, bad := range map[string]string{"NUL": "a%00b", "not UTF-8": "a%ffb", "half a character": "%c3", "a surrogate": "%ed%a0%80"} {
		for _, htmx := range []bool{false, true} {
			b.htmx = htmx
			for _, r := range []*reply{
				post("PUT", path+"/fields/model_details.name", "answer.model_details.name="+bad),
				post("PUT", path+"/sections/model_details", "answer.model_details.type=x&answer.model_details.name="+bad),
				post("PUT", path, "title="+bad),
				post("POST", path+"/sections", "title="+bad),
				post("POST", path+"/sections/factors/fields", "question="+bad),
				post("POST", "/cards/import", "text="+bad),
				post("POST", path+"/import", "text="+bad),
			} {
				if r.status != 422 || (!strings.Contains(r.text(), "NUL") && !strings.Contains(r.text(), "UTF-8")) {
					t.Errorf("%s, %s (htmx %v): %d %s", name, r.what, htmx, r.status, r.text())
				}
			}
		}
		b.htmx = false
	}
	if got := b.get(path); got.answer("model_details.name") != "before" || got.answer("model_details.type") != "" {
		t.Error("something was stored")
	}
}

// Uploads that are no card: a sentence each, and nothing of the parser's own words.
func TestUploadsThatAreNoCard(t *testing.T) {
	t.Parallel()
	s := common(t)
	b := s.visitor()
	open := b.newCard("model")
	for name, tt := range map[string]struct{ content, says string }{
		"broken JSON":     {"{\"a\": 1,\n \"b\" x}", "line 2"},
		"not an object":   {"[1, 2]", "not an object"},
		"too deep":        {strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5000), ""},
		"not UTF-8":       {"{\"a\": \"\xff\x01\"}", "UTF-8"},
		"NUL":             {"{\"a\": \"\x00\"}", "NUL"},
		"escaped NUL":     {`{"format":"cardstock/1","kind":"model","title":"\u0000","sections":[]}`, "NUL"},
		"empty":           {"", ""},
		"space":           {" \n ", "empty"},
		"a picture":       {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "PNG picture"},
		"another JSON":    {`{"hello": {}}`, "no answer"},
		"a web page":      {"<!doctype html><p>hello", "web page"},
		"a long answer":   {`{"format":"cardstock/1","kind":"model","title":"","sections":[{"key":"s","title":"S","fields":[{"key":"f","label":"F","kind":"text","answer":"` + strings.Repeat("x", 100_001) + `"}]}]}`, "100000 is the most"},
		"a newer version": {`{"format":"cardstock/99","kind":"model","title":"","sections":[]}`, "newer Cardstock"},
	} {
		for _, path := range []string{"/cards/import", open + "/import"} {
			r := b.do(request{method: "POST", path: path, file: &upload{"x.json", []byte(tt.content)}})
			alert := r.find(`[role="alert"]`).Text()
			if r.status != 422 || !strings.Contains(alert, tt.says) || alert == "" {
				t.Errorf("%s to %s: %d %q, want a sentence with %q", name, path, r.status, alert, tt.says)
			}
			for _, leak := range []string{"invalid character", "unmarshal", "offset", "goroutine", ".go:"} {
				if strings.Contains(alert, leak) {
					t.Errorf("%s: the parser speaks: %q", name, alert)
				}
			}
		}
	}
	if n := b.get("/").find(`#your-cards ~ ul li`).Length(); n != 1 {
		t.Errorf("%d cards, want the open one only", n)
	}
	// A form that arrives broken is told so without its cause.
	for _, path := range []string{"/cards/import", open + "/import"} {
		r := b.do(request{method: "POST", path: path, body: "--x\r\nnonsense", contentType: "multipart/form-data; boundary=x"})
		alert := strings.TrimSpace(r.one(`[role="alert"] p`).Text())
		if r.status < 400 || r.status >= 500 || !strings.HasSuffix(alert, "Send it again.") {
			t.Errorf("a broken form to %s: %d %q", path, r.status, alert)
		}
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	s := newApp(t, maxUpload(64<<10))
	b := s.visitor()
	open := b.newCard("model")
	for _, size := range []int{64<<10 + 1, 512 << 10} {
		for _, path := range []string{"/cards/import", open + "/import"} {
			content := []byte(strings.Repeat("x", size))
			r := b.do(request{method: "POST", path: path, file: &upload{"x.json", content}})
			if r.status != 413 || !strings.Contains(r.text(), "64 KB") {
				t.Errorf("%d bytes to %s: %d %s", size, path, r.status, r.find("main").Text())
			}
		}
		r := b.do(request{method: "POST", path: "/cards/import", form: form("text", strings.Repeat("x", size))})
		if r.status != 413 || !strings.Contains(r.text(), "64 KB") {
			t.Errorf("%d bytes pasted: %d", size, r.status)
		}
	}
	// Over the limit of a whole request the server answers at the headers.
	head := raw(t, s, "POST /cards/import HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 3000000\r\n\r\n--x")
	if !strings.HasPrefix(head, "HTTP/1.1 413") || !strings.Contains(head, "64 KB") || !strings.Contains(head, "Content-Security-Policy: default-src 'none'") {
		t.Errorf("far over the limit: %s", head)
	}
	big := raw(t, s, "GET / HTTP/1.1\r\nHost: x\r\nCookie: x="+strings.Repeat("y", 20_000)+"\r\n\r\n")
	if !strings.HasPrefix(big, "HTTP/1.1 431") || !strings.Contains(big, "nosniff") {
		t.Errorf("headers too large: %.300s", big)
	}
	if n := b.get("/").find(`#your-cards ~ ul li`).Length(); n != 1 {
		t.Errorf("%d cards", n)
	}
}
