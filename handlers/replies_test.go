package handlers_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"cardstock/handlers"
	"cardstock/limit"
)

// TestRepliesNobodyReadsAreBounded: what visitors asked for and do not read stays in memory for a while, but not more than the budget: the next
// one who asks for something large is told to wait, small pages go on, and when a slow reader leaves there is room again.
func TestRepliesNobodyReadsAreBounded(t *testing.T) {
	t.Parallel()
	const size = 12 << 20
	limits := limit.New(limit.Options{Rules: limit.Standard})
	limits.Replies = limit.NewBudget(2*size+size/2, 2*size+size/2)
	s := newApp(t, quietly, func(o *handlers.Options) { o.Limits, o.MaxUpload = limits, 2*size })
	b := s.visitor()
	content := []byte(`{"schema_version": "0.0.2", "model_details": {"name": "Large"}}`)
	content = append(content, bytes.Repeat([]byte(" "), size-len(content))...)
	card, _, _ := strings.Cut(strings.Fields(b.upload("/cards/import", "large.json", content, url.Values{}).is(200).what)[1], "?")
	file := card + "/original"
	var cookies []string
	for name, value := range b.cookies {
		cookies = append(cookies, name+"="+value)
	}
	ask := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nConnection: close\r\n\r\n", file, strings.Join(cookies, "; "))
	var slow []net.Conn
	for range 2 {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.(*net.TCPConn).SetReadBuffer(4 << 10)
		io.WriteString(c, ask)
		begin := make([]byte, 100)
		if _, err := io.ReadFull(c, begin); err != nil || !bytes.Contains(begin, []byte(" 200 ")) {
			t.Fatalf("%q, %v", begin, err)
		}
		slow = append(slow, c)
	}
	if r := b.get(file).is(503); r.header.Get("Retry-After") == "" || !strings.Contains(string(r.body), "Too many large replies on their way at once") || r.header.Get("Content-Disposition") != "" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		t.Errorf("with two that nobody reads on their way: %v %.300s", r.header, r.body)
	}
	b.get("/").is(200)
	slow[0].Close()
	for range 100 {
		if r := b.do(request{method: "GET", path: file}); r.status == 200 {
			if !bytes.Equal(r.body, content) {
				t.Errorf("%d bytes came, other ones than were sent", len(r.body))
			}
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("there is no room again after one has left")
}
