package handlers_test

import (
	"bytes"
	"mime/multipart"
	"net/url"
	"strings"

	"github.com/valyala/fasthttp"
)

// direct asks the application without a network: it calls what the server would call with a request it has read. The
// last reply is valid until the next question.
type direct struct {
	handler fasthttp.RequestHandler
	ctx     fasthttp.RequestCtx
}

func (s *server) direct() *direct {
	s.app.Handler() // as listening does, it makes the routes ready
	d := &direct{handler: s.app.Server().Handler}
	d.ctx.Init(&fasthttp.Request{}, nil, nil)
	return d
}

// question is a request with the cookie it comes with.
type question struct {
	method, path string
	form         url.Values
	file         *upload
	cookie       string
	htmx         bool
}

// encode returns the body and its type. A form goes as a browser or htmx sends it.
func (q *question) encode() ([]byte, string) {
	if q.file == nil {
		return []byte(q.form.Encode()), "application/x-www-form-urlencoded"
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name := range q.form {
		m.WriteField(name, q.form.Get(name))
	}
	part, _ := m.CreateFormFile("file", q.file.name)
	part.Write(q.file.content)
	m.Close()
	return b.Bytes(), m.FormDataContentType()
}

func (d *direct) ask(q *question) {
	r := &d.ctx.Request
	r.Reset()
	d.ctx.Response.Reset()
	d.ctx.ResetUserValues()
	r.Header.SetMethod(q.method)
	r.SetRequestURI(q.path)
	r.Header.SetHost("127.0.0.1")
	if q.cookie != "" {
		r.Header.SetCookie("cardstock", q.cookie)
	}
	if q.htmx {
		r.Header.Set("HX-Request", "true")
	}
	if q.form != nil || q.file != nil {
		body, kind := q.encode()
		r.Header.SetContentType(kind)
		r.SetBodyRaw(body)
	}
	d.handler(&d.ctx)
}

func (d *direct) status() int               { return d.ctx.Response.StatusCode() }
func (d *direct) body() []byte              { return d.ctx.Response.Body() }
func (d *direct) has(s string) bool         { return bytes.Contains(d.body(), []byte(s)) }
func (d *direct) header(name string) string { return string(d.ctx.Response.Header.Peek(name)) }

// headers are all headers of the reply as they go out, without those that only the server adds.
func (d *direct) headers() []byte { return d.ctx.Response.Header.Header() }

// cookie returns the cookie the reply sets, "" for none.
func (d *direct) cookie() string {
	c := string(d.ctx.Response.Header.PeekCookie("cardstock"))
	value, _, _ := strings.Cut(strings.TrimPrefix(c, "cardstock="), ";")
	return value
}

// led returns where the reply sends the visitor: by a redirect, or by what htmx is told.
func (d *direct) led() string {
	for _, name := range []string{"Location", "HX-Redirect", "HX-Push-Url"} {
		if v := d.header(name); v != "" {
			return strings.TrimPrefix(v, "http://127.0.0.1")
		}
	}
	return ""
}
