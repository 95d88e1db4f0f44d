package handlers_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cardstock/e2e/soak"
	"cardstock/limit"
)

// crowdFrom opens connections that all send the same beginning, each from an address of its own as far as there are enough, and keeps them
// open until the test ends. Each then runs on, if it is to.
func crowdFrom(t *testing.T, s *server, n int, begin string, on func(c net.Conn)) {
	t.Helper()
	for i := range n {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(i/200), byte(1+i%200))}}
		c, err := d.Dial("tcp", s.addr)
		if err != nil {
			t.Fatalf("connection %d: %v", i, err)
		}
		t.Cleanup(func() { c.Close() })
		io.WriteString(c, begin)
		if on != nil {
			go on(c)
		}
	}
}

// drip sends one byte a second until the connection ends.
func drip(what string) func(c net.Conn) {
	return func(c net.Conn) {
		for i := 0; ; i++ {
			if _, err := io.WriteString(c, what[i%len(what):i%len(what)+1]); err != nil {
				return
			}
			time.Sleep(time.Second)
		}
	}
}

// TestSlowClientsStopNobody: while thousands of connections do nothing, send headers a byte a second, promise bodies they do not send, or
// send bodies a byte a second, an honest visitor is answered as ever, and the memory for all that is bounded.
func TestSlowClientsStopNobody(t *testing.T) {
	s := newApp(t, rulesOf(limit.Standard), quietly)
	honest := s.visitor()
	open := honest.newCard("model")
	alone := pace(honest, open)
	before := inUse()
	n := soak.Share(1800, 300)
	const upload = "POST /cards/import HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
	for _, who := range []struct {
		name, begin string
		on          func(net.Conn)
	}{
		{"idle connections", "", nil},
		{"headers a byte a second", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ", drip("y")},
		{"bodies that do not come", upload + "Content-Length: 6000000\r\n\r\n-", nil},
		{"bodies a byte a second", upload + "Content-Length: 6000000\r\n\r\n--x", drip("z")},
		{"chunks a byte a second", upload + "Transfer-Encoding: chunked\r\n\r\n", drip("1\r\nx\r\n")},
	} {
		crowdFrom(t, s, n, who.begin, who.on)
		among, memory := pace(honest, open), inUse()-before
		t.Logf("%s, %d more: p50 %s, p99 %s (alone %s, %s); memory %d MB", who.name, n, among[0], among[1], alone[0], alone[1], memory>>20)
		if among[1] > time.Second+20*alone[1] {
			t.Errorf("%s: an honest visitor's p99 is %s, alone %s", who.name, among[1], alone[1])
		}
		if memory > 64<<20+int64(5*n)*64<<10 {
			t.Errorf("%s: %d MB of memory", who.name, memory>>20)
		}
	}
}

// pace saves and reads for a while, and returns the median and the 99th percentile.
func pace(b *browser, open string) [2]time.Duration {
	b.t.Helper()
	var took []time.Duration
	for i := range 150 {
		begin := time.Now()
		if i%3 == 0 {
			b.put(open+"/fields/model_details.type", form("answer.model_details.type", fmt.Sprint("text ", i), "rev.model_details.type", b.get(open).rev("model_details.type"))).is(303)
		} else {
			b.get(open).is(200)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return [2]time.Duration{took[len(took)/2].Round(10 * time.Microsecond), took[len(took)*99/100].Round(10 * time.Microsecond)}
}

// TestEndlessHeaders are answered once they are more than anybody's, and their connection ends.
func TestEndlessHeaders(t *testing.T) {
	t.Parallel()
	s := newApp(t, quietly)
	for name, header := range map[string]string{"many": strings.Repeat("X-Y: z\r\n", 500), "one": strings.Repeat("y", 4000)} {
		reply := flood(t, s, "GET / HTTP/1.1\r\nHost: x\r\nX-A: ", header, 4<<20)
		if reply == nil || reply.StatusCode != http.StatusRequestHeaderFieldsTooLarge || !reply.Close {
			t.Errorf("%s: %+v", name, reply)
		}
	}
}

// TestEndlessBodies: a client that goes on sending far more than there can be reads why it is refused.
func TestEndlessBodies(t *testing.T) {
	s := newApp(t, maxUpload(64<<10))
	before := inUse()
	const head = "POST /cards/import HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\n"
	block := strings.Repeat("x", 64<<10)
	var wg sync.WaitGroup
	for name, tt := range map[string][2]string{
		"10 GB":                   {head + "Content-Length: 10000000000\r\n\r\n", block},
		"no end of chunks":        {head + "Transfer-Encoding: chunked\r\n\r\n", "10000\r\n" + block + "\r\n"},
		"a chunk without end":     {head + "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n", block},
		"10 GB, and waits for us": {head + "Content-Length: 10000000000\r\nExpect: 100-continue\r\n\r\n", ""},
		"10 GB to look at a page": {"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\n", block},
	} {
		for range 2 {
			wg.Go(func() {
				reply := flood(t, s, tt[0], tt[1], 16<<20)
				if reply == nil {
					return
				}
				if reply.StatusCode != http.StatusRequestEntityTooLarge || !reply.Close || !strings.Contains(reply.Header.Get("Content-Security-Policy"), "default-src 'none'") {
					t.Errorf("%s: %d, closed %v, %v", name, reply.StatusCode, reply.Close, reply.Header)
				}
				if page, err := io.ReadAll(reply.Body); err != nil || !strings.Contains(string(page), "64 KB") {
					t.Errorf("%s: what is read is %q, %v", name, clip(page), err)
				}
			})
		}
	}
	wg.Wait()
	if grown := inUse() - before; grown > 8<<20 {
		t.Errorf("the heap grew by %d MB", grown>>20)
	}
}

// flood sends a beginning and then a block over and over, so many bytes in all, and only then reads the reply, as some browsers do. It returns
// nil if there is none.
func flood(t *testing.T, s *server, begin, block string, most int) *http.Response {
	t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Error(err)
		return nil
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(60 * time.Second))
	io.WriteString(c, begin)
	for sent := 0; sent < most && block != ""; sent += len(block) {
		if _, err := io.WriteString(c, block); err != nil {
			t.Errorf("after %d bytes: %v", sent, err)
			break
		}
	}
	reply, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Errorf("no reply: %v", err)
		return nil
	}
	return reply
}

// TestABodyThatBreaksOffChangesNothing: half an answer is no answer.
func TestABodyThatBreaksOffChangesNothing(t *testing.T) {
	t.Parallel()
	s := newApp(t)
	b := s.visitor()
	open := b.newCard("model")
	for _, framing := range []string{"Content-Length: 500\r\n\r\ntitle=Half", "Transfer-Encoding: chunked\r\n\r\na\r\ntitle=Half\r\n", "Transfer-Encoding: chunked\r\n\r\n20\r\ntitle=Half"} {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "PUT %s HTTP/1.1\r\nHost: %s\r\nCookie: cardstock=%s\r\nContent-Type: application/x-www-form-urlencoded\r\n%s", open, s.addr, b.cookies["cardstock"], framing)
		c.(*net.TCPConn).CloseWrite()
		c.SetDeadline(time.Now().Add(10 * time.Second))
		reply, _ := io.ReadAll(c)
		if c.Close(); !strings.HasPrefix(string(reply), "HTTP/1.1 400") {
			t.Errorf("%.40q: %.100s", framing, reply)
		}
	}
	if title := b.get(open).one(`#card-name input[name="title"]`).AttrOr("value", ""); title != "" {
		t.Errorf("the title is %q", title)
	}
	r := raw(t, s, fmt.Sprintf("PUT %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nCookie: cardstock=%s\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n6\r\ntitle=\r\n5\r\nWhole\r\n0\r\n\r\n",
		open, s.addr, b.cookies["cardstock"]))
	if title := b.get(open).one(`#card-name input[name="title"]`).AttrOr("value", ""); title != "Whole" {
		t.Errorf("in chunks the title is %q: %.200s", title, r)
	}
}
