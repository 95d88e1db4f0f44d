package session

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"cardstock/e2e/testredis"
)

func TestParseURLs(t *testing.T) {
	for _, test := range []struct {
		urls []string
		want string // what it is described as, or a part of the error
	}{
		{[]string{"redis://127.0.0.1"}, "Redis at 127.0.0.1:6379, database 0"},
		{[]string{"redis://ann:p%40ss@cache.example:7000/3"}, "Redis at cache.example:7000, database 3"},
		{[]string{"redis://:secret-word@h/"}, "Redis at h:6379, database 0"},
		{[]string{"rediss://h/1"}, "Redis at h:6379, database 1"},
		{[]string{"redis://[::1]:6380/0"}, "Redis at [::1]:6380, database 0"},
		{[]string{"redis://h1,h2:7001/0"}, "Redis Cluster at h1:6379, h2:7001"},
		{[]string{"redis://h1", "redis://h2"}, "Redis Cluster at h1:6379, h2:6379"},
		{[]string{"redis://h1?cluster=true"}, "Redis Cluster at h1:6379"},
		{[]string{"redis://s1:26379,s2:26379/2?master=main"}, "Redis master main by Sentinel at s1:26379, s2:26379, database 2"},
		{[]string{"redis://h1,h2/2"}, "has only database 0"},
		{[]string{"http://h"}, "must begin with redis:// or rediss://"},
		{[]string{"h:6379"}, "must begin with"},
		{[]string{"redis://"}, "a host is missing"},
		{[]string{"redis://u:secret-word@h:port"}, "not a host and port"},
		{[]string{"redis://u:secret-word@h/abc"}, "not the number of a Redis database"},
		{[]string{"redis://u:secret-word/more@h"}, "percent-encoded"},
		{[]string{"redis://u:secret-word?secret-word=1@h"}, "percent-encoded"},
		{[]string{"redis://u:secret-word%zz@h"}, "percent-encoded"},
		{[]string{"redis://u:secret-word@h?timeout=1"}, `unknown option "timeout"`},
		{nil, "no Redis URL"},
	} {
		o, err := parseURLs(test.urls)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = describe(o)
		}
		if !strings.Contains(got, test.want) || strings.Contains(got, "secret-word") || strings.Contains(got, "\n") {
			t.Errorf("%v: %s", test.urls, got)
		}
	}
	o, _ := parseURLs([]string{"rediss://ann:p%40ss@cache.example:7000/3"})
	if o.Username != "ann" || o.Password != "p@ss" || o.TLSConfig == nil || o.TLSConfig.ServerName != "cache.example" {
		t.Errorf("%+v", o)
	}
}

// What a visitor feels while Redis is gone: 250 ms once, then nothing.
func TestRedisAway(t *testing.T) {
	for name, fault := range map[string]struct{ begin, end func(r *testredis.Server) }{
		"killed": {(*testredis.Server).Kill, (*testredis.Server).Restart},
		"hung":   {(*testredis.Server).Hang, (*testredis.Server).Resume},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, testredis.Start(t))
			cookie := s.write("")
			fault.begin(s.redis)
			var slow int
			for range 50 {
				began := time.Now()
				if !s.visit(cookie).Exists() {
					t.Fatal("the row serves")
				}
				if took := time.Since(began); took > 400*time.Millisecond {
					t.Errorf("a visit took %s", took)
				} else if took > 100*time.Millisecond {
					slow++
				}
				time.Sleep(30 * time.Millisecond)
			}
			if slow > 1 {
				t.Errorf("%d visits waited", slow)
			}
			other := s.write("") // a birth while it is away
			fault.end(s.redis)
			for range 100 {
				if s.keys.Answering() {
					break
				}
				time.Sleep(50 * time.Millisecond)
			}
			if n := s.logged("does not answer"); n != 1 || s.logged("answers again") != 1 {
				t.Errorf("the log says %d times that Redis is away", n)
			}
			s.visit(other)
			if s.redis.Do("GET", s.keyName(other)) != "1" {
				t.Error("the visit did not set the key that could not be set before")
			}
		})
	}
}

func TestStartWithoutRedis(t *testing.T) {
	r := testredis.Start(t)
	r.Kill()
	s := newSite(t, r)
	cookie := s.write("")
	if !s.visit(cookie).Exists() {
		t.Error("no session")
	}
	if row, _ := s.store.SessionByToken(t.Context(), hashOf(cookie)); row.Keyed() {
		t.Error("keyed by nobody")
	}
}

func TestWrongPassword(t *testing.T) {
	r := testredis.Start(t, "--requirepass", "right")
	var log bytes.Buffer
	keys, err := OpenKeys([]string{"redis://:wrong-one@" + r.Addr + "/0"}, slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	err = keys.Ask(t.Context())
	if err == nil || strings.Contains(err.Error()+log.String(), "wrong-one") {
		t.Errorf("%v\n%s", err, log.String())
	}
}

// A full Redis answers: it must not be taken for one that is away, and nothing fails.
func TestFullRedis(t *testing.T) {
	s := newSite(t, testredis.Start(t, "--maxmemory-policy", "noeviction"))
	old := s.write("")
	s.redis.Do("CONFIG", "SET", "maxmemory", "1")
	cookie := s.write("")
	if !s.visit(cookie).Exists() || !s.visit(old).Exists() || !s.keys.Answering() {
		t.Error("it should be served, and Redis answers")
	}
	if s.logged("refuses to store") != 1 || s.logged("does not answer") != 0 {
		t.Errorf("%s", s.log)
	}
}
