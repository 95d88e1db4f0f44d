package handlers_test

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cardstock/card/format"
)

// FuzzCookieHeader: whatever a browser sends as its cookies, it is a stranger, or whom its own cookie says it is. The fuzzer may write {own} for
// the cookie of a session of its own, {near} for another session's but for one bit, {hash} for what the database knows it by.
func FuzzCookieHeader(f *testing.F) {
	x := newPrey(f)
	near := []byte(x.victimToken)
	near[7] ^= 1
	_, own, ownCard := x.keep(sampleCard("mine"))
	placeholders := strings.NewReplacer("{own}", own, "{near}", string(near), "{hash}", hashOf(x.victimToken), "{cut}", x.victimToken[:63])
	for _, c := range []string{
		"", "cardstock", "cardstock=", "cardstock={own}", "cardstock={near}", "cardstock={hash}", "cardstock={cut}=", "cardstock={near}; cardstock={own}", "cardstock={own}; cardstock={near}",
		`cardstock="{own}"`, "cardstock=%7B; a=b", "__Host-cardstock={own}", ";;=;", "cardstock=\x01", "a=b, cardstock={own}", "cardstock=" + strings.Repeat("A", 64), strings.Repeat("cardstock={near};", 200),
	} {
		f.Add(c)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		x := x.with(t)
		cookie = placeholders.Replace(header(cookie))
		before := x.keeper.Lookups()
		x.checked(x.sent("GET", "/", cookie, ""), 200, 400, 431)
		x.checked(x.sent("GET", x.victimCard, cookie, ""), 404, 400, 431)
		r := x.checked(x.sent("GET", ownCard, cookie, ""), 200, 404, 400, 431)
		if looked := x.keeper.Lookups() > before; (r.status == 200 || looked) && !strings.Contains(cookie, own) {
			t.Fatalf("status %d, looked up: %v, without a cookie of ours", r.status, looked)
		}
		if x.rows() != x.before {
			t.Fatal("another session's rows changed")
		}
	})
}

// FuzzForm: whatever the body of a write, and whatever it says it is, nothing of another session is reached, the server does not fail, and
// what is stored can be shown, taken away and read again. {theirs} stands for the id of another session's card.
func FuzzForm(f *testing.F) {
	undetected(f)
	x := newPrey(f)
	writes := formRoutes(f, x.server)
	urlencoded := "application/x-www-form-urlencoded"
	for i, w := range writes {
		f.Add(uint(i), false, urlencoded, []byte(w.form.Encode()))
		f.Add(uint(i), true, urlencoded, []byte(with(w.form, "_method", w.method).Encode()))
		f.Add(uint(i), false, "multipart/form-data; boundary=b", []byte(bodies(w.form)["multipart/form-data; boundary=b"]))
		for _, s := range []string{
			"before={theirs}&next=own&held={theirs}&mode=replace&revision={theirs}&title=%00&question=%ff", "answer.custom.q=x&rev.custom.q=0.x&answer.a.list=a%0Ab",
			"answer.a.table[0].value=1&answer.a.table[99999999].n=2&answer.a.table[-1].n=3&answer.a.table[0].none=4", "answer.model_details.name=&title=%0d%0a&shared=1&kind=model&mode=fill",
		} {
			f.Add(uint(i), false, urlencoded, []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, route uint, posted bool, contentType string, body []byte) {
		x := x.with(t)
		w := writes[route%uint(len(writes))]
		attacker, token, path := x.keep(sampleCard("mine"))
		_, theirs, _ := strings.Cut(x.victimCard, "/cards/")
		if posted {
			w.method = "POST"
		}
		r := x.sent(w.method, strings.Replace(w.path, "/cards/ID", path, 1), "cardstock="+token, strings.ReplaceAll(string(body), "{theirs}", theirs), "Content-Type: "+header(contentType))
		x.checked(r)
		if len(r.header.Values("Set-Cookie")) == 0 {
			x.sound(attacker, token)
		}
		x.fine("DELETE", "/session", token, "")
	})
}

// FuzzImport: whatever is uploaded under whatever name, as a new card or into an open one, the reply is a card that can be shown and taken away, or
// a sentence.
func FuzzImport(f *testing.F) {
	undetected(f)
	x := newPrey(f)
	files, _ := filepath.Glob("../card/format/testdata/*.json")
	for i, name := range append(files, "../e2e/testdata/answers.json") {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, filepath.Base(name), uint8(i))
	}
	for i, suffix := range []string{".json", ".webcards.json", ".html"} {
		data, err := format.BySuffix(suffix).Encode(x.templates, sampleCard("seed"))
		if err != nil {
			f.Fatal(err)
		}
		for way := range uint8(4) {
			f.Add(data, "x"+suffix, way+uint8(i))
		}
	}
	f.Add(ourJSON, "../../etc/passwd\x00.json", uint8(3))
	f.Add([]byte("\xef\xbb\xbf{}"), "", uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, name string, way uint8) {
		x := x.with(t)
		attacker, token, path := x.keep(sampleCard("mine"))
		form := url.Values{}
		switch way % 4 {
		case 0:
			path = "/cards"
		case 1:
			form.Set("mode", "fill")
		case 2:
			form.Set("mode", "replace")
		}
		contentType, body := fileForm(t, name, data, form)
		r := x.checked(x.sent("POST", path+"/import", "cardstock="+token, body, "Content-Type: "+contentType), 303, 400, 413, 422)
		if r.status == 303 {
			x.fine("GET", r.header.Get("Location"), token, "", 200, 303)
		}
		x.sound(attacker, token)
		x.fine("DELETE", "/session", token, "", 303)
	})
}
