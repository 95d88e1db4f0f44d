package handlers_test

import (
	"bytes"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// browser is a visitor's browser without JavaScript: it keeps cookies, fills in forms and follows redirects. With htmx
// set it asks as htmx does.
type browser struct {
	t       testing.TB
	server  *server
	client  *http.Client
	cookies map[string]string
	prefix  string // the path the proxy in front serves us under, if it keeps it
	htmx    bool
	header  map[string]string // sent with every request
}

// request is one request a browser makes.
type request struct {
	method, path string
	form         url.Values
	file         *upload
	body         string // instead of a form
	contentType  string
	header       map[string]string
}

type upload struct {
	name    string
	content []byte
}

// reply is what came back.
type reply struct {
	t      testing.TB
	what   string // method and path, for messages
	status int
	header http.Header
	body   []byte
	doc    *goquery.Document
}

// do makes a request and does not follow a redirect.
func (b *browser) do(r request) *reply {
	b.t.Helper()
	body, contentType := r.encode(b.t)
	req, err := http.NewRequest(r.method, "http://"+b.server.addr+r.path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if b.htmx {
		req.Header.Set("HX-Request", "true")
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, headers := range []map[string]string{b.header, r.header} {
		for name, value := range headers {
			if name == "Host" {
				req.Host = value
			}
			req.Header.Set(name, value)
		}
	}
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	for _, c := range res.Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return &reply{t: b.t, what: r.method + " " + r.path, status: res.StatusCode, header: res.Header, body: data}
}

func (r request) encode(t testing.TB) (io.Reader, string) {
	t.Helper()
	switch {
	case r.body != "":
		return strings.NewReader(r.body), r.contentType
	case r.file != nil:
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for _, name := range slices.Sorted(maps.Keys(r.form)) {
			m.WriteField(name, r.form.Get(name))
		}
		if r.file.name != "" || len(r.file.content) > 0 {
			w, err := m.CreateFormFile("file", r.file.name)
			if err != nil {
				t.Fatal(err)
			}
			w.Write(r.file.content)
		}
		m.Close()
		return &b, m.FormDataContentType()
	case r.form != nil:
		return strings.NewReader(r.form.Encode()), "application/x-www-form-urlencoded"
	}
	return nil, ""
}

// get opens a page, following redirects.
func (b *browser) get(path string) *reply {
	b.t.Helper()
	return b.follow(b.do(request{method: "GET", path: path}))
}

// post sends a form, following redirects.
func (b *browser) post(path string, form url.Values) *reply {
	b.t.Helper()
	return b.follow(b.do(request{method: "POST", path: path, form: form}))
}

func (b *browser) put(path string, form url.Values) *reply {
	b.t.Helper()
	return b.do(request{method: "PUT", path: path, form: form})
}

// upload sends a file, following redirects.
func (b *browser) upload(path, name string, content []byte, form url.Values) *reply {
	b.t.Helper()
	return b.follow(b.do(request{method: "POST", path: path, form: form, file: &upload{name, content}}))
}

// follow goes where a redirect leads.
func (b *browser) follow(r *reply) *reply {
	b.t.Helper()
	for i := 0; r.status == http.StatusSeeOther; i++ {
		if i == 5 {
			b.t.Fatalf("%s: redirects without end", r.what)
		}
		path, _, _ := strings.Cut(r.header.Get("Location"), "#")
		r = b.do(request{method: "GET", path: path})
	}
	return r
}

// press submits the form that a button is in, as a browser would after values were typed into it.
func (b *browser) press(page *reply, button string, typed map[string]string) *reply {
	b.t.Helper()
	r := b.formOf(page, button, typed)
	return b.follow(b.do(r))
}

// formOf is what pressing a button would send.
func (b *browser) formOf(page *reply, button string, typed map[string]string) request {
	b.t.Helper()
	pressed := page.one(button)
	form := pressed.Closest("form")
	if form.Length() != 1 {
		b.t.Fatalf("%s: %s is in no form", page.what, button)
	}
	values := url.Values{}
	form.Find("input, textarea, select, button").Each(func(_ int, s *goquery.Selection) {
		name, named := s.Attr("name")
		kind, _ := s.Attr("type")
		_, disabled := s.Attr("disabled")
		if !named || name == "" || disabled || kind == "file" || (goquery.NodeName(s) == "button" && s.Nodes[0] != pressed.Nodes[0]) {
			return
		}
		values.Add(name, valueOf(s))
	})
	for name, value := range typed {
		if !values.Has(name) {
			b.t.Fatalf("%s: the form of %s has no input %s; it has %v", page.what, button, name, slices.Sorted(maps.Keys(values)))
		}
		values.Set(name, value)
	}
	for name, list := range values { // as a browser sends them
		for i := range list {
			list[i] = strings.ReplaceAll(strings.ReplaceAll(list[i], "\r\n", "\n"), "\n", "\r\n")
		}
		values[name] = list
	}
	action, _ := form.Attr("action")
	r := request{method: strings.ToUpper(form.AttrOr("method", "GET")), path: action, form: values}
	if form.AttrOr("enctype", "") == "multipart/form-data" {
		r.file = &upload{}
	}
	return r
}

// valueOf is what a control holds in a browser, which is not always what its HTML says: a one-line box drops line
// breaks, an option's text loses its outer and doubled space.
func valueOf(s *goquery.Selection) string {
	switch goquery.NodeName(s) {
	case "textarea":
		return s.Text() // the parser drops the first line break, as browsers do
	case "select":
		chosen := s.Find("option[selected]").Last()
		if chosen.Length() == 0 {
			chosen = s.Find("option").First()
		}
		if v, ok := chosen.Attr("value"); ok {
			return v
		}
		return strings.Join(strings.Fields(chosen.Text()), " ")
	case "input":
		v := s.AttrOr("value", "")
		if kind := s.AttrOr("type", "text"); kind != "hidden" {
			v = strings.NewReplacer("\n", "", "\r", "").Replace(v)
		}
		return v
	}
	return s.AttrOr("value", "")
}

// document parses the reply once.
func (r *reply) document() *goquery.Document {
	r.t.Helper()
	if r.doc == nil {
		var err error
		if r.doc, err = goquery.NewDocumentFromReader(bytes.NewReader(r.body)); err != nil {
			r.t.Fatal(err)
		}
	}
	return r.doc
}

func (r *reply) find(selector string) *goquery.Selection {
	r.t.Helper()
	return r.document().Find(selector)
}

func (r *reply) has(selector string) bool { r.t.Helper(); return r.find(selector).Length() > 0 }

// one returns the only element there must be.
func (r *reply) one(selector string) *goquery.Selection {
	r.t.Helper()
	s := r.find(selector)
	if s.Length() == 0 {
		r.t.Fatalf("%s: status %d, no %s in\n%s", r.what, r.status, selector, clip(r.body))
	}
	return s.First()
}

// is fails unless the reply has the status.
func (r *reply) is(status int) *reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: status %d, want %d\n%s", r.what, r.status, status, clip(r.body))
	}
	return r
}

// answer returns the text in the box of an answer.
func (r *reply) answer(key string) string {
	r.t.Helper()
	return valueOf(r.one(named("answer." + key)))
}

// rev returns the revision beside an answer.
func (r *reply) rev(key string) string {
	r.t.Helper()
	return r.one(named("rev."+key)).AttrOr("value", "")
}

// text is the reply's text with space folded.
func (r *reply) text() string {
	r.t.Helper()
	return strings.Join(strings.Fields(r.document().Text()), " ")
}

func clip(b []byte) string {
	if i := bytes.Index(b, []byte("<main")); i > 0 {
		b = b[i:]
	}
	if len(b) > 1500 {
		return string(b[:1500]) + "…"
	}
	return string(b)
}

// named selects a control by its name.
func named(name string) string { return `[name="` + name + `"]` }

// button selects the button that says something.
func button(says string) string { return `button:contains("` + says + `")` }

// formTo selects a button of the form that posts to an address with a method.
func formTo(path, method string) string {
	f := `form[action="` + path + `"]`
	if method == "POST" {
		return f + ` button`
	}
	return f + `:has(input[name="_method"][value="` + method + `"]) button`
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// newCard makes a card of a template and returns its path, /cards/ID.
func (b *browser) newCard(template string) string {
	b.t.Helper()
	r := b.do(request{method: "POST", path: b.prefix + "/cards", form: form("template", template), header: map[string]string{"HX-Request": "false"}}).is(http.StatusSeeOther)
	return r.header.Get("Location")
}
