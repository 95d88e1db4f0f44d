package main

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestDefaults(t *testing.T) {
	c, err := parseConfig("serve", nil, environment())
	if err != nil {
		t.Fatal(err)
	}
	want := &Config{Addr: "127.0.0.1:3000", DB: "data/cardstock.db", SessionTTL: 720 * time.Hour, SweepInterval: 2 * time.Second,
		SweepGrace: time.Minute, MaxUpload: 5 << 20, SessionQuota: 50 << 20, Limits: true, LogFormat: "text", LogLevel: slog.LevelInfo}
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

// TestPrecedence gives every setting a value in the environment and another as a flag.
func TestPrecedence(t *testing.T) {
	here, there := t.TempDir(), t.TempDir()
	values := map[string][2]string{ // in the environment, as a flag
		"addr": {"127.0.0.1:1", "[::1]:2"}, "metrics-addr": {"127.0.0.1:3", "[::1]:4"}, "db": {"a.db", "b.db"}, "redis-url": {"redis://a", "redis://b"},
		"session-ttl": {"1h", "90m"}, "sweep-interval": {"1s", "3s"}, "sweep-grace": {"2m", "0s"}, "max-upload": {"1KB", "2 MB"},
		"session-quota": {"10MB", "20 MB"}, "limits": {"off", "on"}, "trusted-proxies": {"127.0.0.1", "10.0.0.0/8, fd00::/8"},
		"templates": {here, there}, "pages": {here, there}, "public-url": {"http://a.example", "https://b.example/cards/"},
		"log-format": {"json", "text"}, "log-level": {"debug", "error"},
	}
	for _, s := range settings {
		if s.flag {
			continue
		}
		v, ok := values[s.name]
		if !ok {
			t.Errorf("this test has no values for %s", s.name)
			continue
		}
		want := func(value string) *Config {
			c, err := parseConfig("serve", nil, environment())
			if err == nil {
				err = s.set(c, value)
			}
			if err != nil {
				t.Fatal(s.name, err)
			}
			return c
		}
		both := environment(s.env(), v[0])
		if c, err := parseConfig("serve", nil, both); err != nil || !reflect.DeepEqual(c, want(v[0])) {
			t.Errorf("%s=%s gives %+v (%v)", s.env(), v[0], c, err)
		}
		if c, err := parseConfig("serve", []string{"--" + s.name, v[1]}, both); err != nil || !reflect.DeepEqual(c, want(v[1])) {
			t.Errorf("--%s %s gives %+v (%v)", s.name, v[1], c, err)
		}
	}
}

func TestRedisURLNames(t *testing.T) {
	plain, ours := []string{"REDIS_URL", "redis://plain"}, []string{"CARDSTOCK_REDIS_URL", "redis://ours"}
	for _, test := range []struct {
		env  []string
		args []string
		want string
	}{
		{plain, nil, "redis://plain"},
		{ours, nil, "redis://ours"},
		{append(plain, ours...), nil, "redis://ours"},
		{append(plain, ours...), []string{"--redis-url=redis://flag"}, "redis://flag"},
		{append(plain, ours...), []string{"--redis-url="}, ""},
	} {
		for _, command := range []string{"serve", "sweep"} {
			c, err := parseConfig(command, test.args, environment(test.env...))
			if err != nil || c.RedisURL != test.want {
				t.Errorf("%s with %q %q: %q (%v), want %q", command, test.env, test.args, c.RedisURL, err, test.want)
			}
		}
	}
}

func TestWrongSettings(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, values := range map[string][]string{
		"addr":            {"3000", "localhost", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:65536", "1:2:3"},
		"metrics-addr":    {"9100", "localhost", "127.0.0.1:", "127.0.0.1:metrics", ":-1"},
		"session-ttl":     {"30", "30d", "-1h", "0s", "900ms", "999999h"},
		"sweep-interval":  {"soon", "1ms"},
		"sweep-grace":     {"-1s", "1"},
		"max-upload":      {"0", "-1", "5GB", "1025MB", "many", "9223372036854775807"},
		"session-quota":   {"0", "none", "5GB"},
		"limits":          {"yes", "1", "some"},
		"trusted-proxies": {"proxy.example.org", "10.0.0.0/33", "10.0.0.1/", "fe80::1%eth0", "::ffff:10.0.0.0/104", "10.0.0.1;10.0.0.2"},
		"templates":       {"/no/such/directory", file},
		"pages":           {"/no/such/directory", file},
		"public-url":      {"cards.example.org", "ftp://cards.example.org", "https://", "https://a.example/?x=1", "https://me@a.example"},
		"log-format":      {"xml"},
		"log-level":       {"loud"},
	} {
		env := "CARDSTOCK_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
		for _, value := range values {
			code, _, errs := command(t, "--"+name+"="+value)
			if oneSentence(t, errs); code != exitUsage || !strings.Contains(errs, "--"+name) {
				t.Errorf("--%s=%s: exit %d, %s", name, value, code, errs)
			}
			code, _, errs = commandIn(t, environment(env, value), "")
			if oneSentence(t, errs); code != exitUsage || !strings.Contains(errs, env) {
				t.Errorf("%s=%s: exit %d, %s", env, value, code, errs)
			}
		}
	}
	if code, _, errs := command(t, "--db="); code != exitUsage || !strings.Contains(errs, "--db") {
		t.Errorf("--db=: exit %d, %s", code, errs)
	}
}

func TestWrongRedisURL(t *testing.T) {
	for _, url := range []string{
		"hunter2", "http://user:hunter2@host", "redis://user:hunter2@", "redis://user:hunter2@host:99999", "redis://user:hunter2@host/x",
		"redis://user:hunter2@host?x=1", "redis://user:hunter2@h1,h2/3", "redis://user:%zzhunter2@host", "redis://user:hunter2@/x?y=1",
		// Not percent-encoded, or without its host: a part of the password seems to be something else.
		"redis://user:x/hunter2@host", "redis://user:hunter2/x@host", "redis://user:x?hunter2@host", "redis://user:x?hunter2=@host", "redis://user:hunter2",
	} {
		for _, command := range []string{"serve", "sweep"} {
			env := environment("REDIS_URL", url, "CARDSTOCK_ADDR", "127.0.0.1:0", "CARDSTOCK_DB", newDB(t))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			var out, errs bytes.Buffer
			code := run(ctx, []string{command}, env, nil, &out, &errs)
			cancel()
			oneSentence(t, errs.String())
			if code != exitFailed || !strings.Contains(errs.String(), "redis-url") {
				t.Errorf("%s with %s: exit %d, %s", command, url, code, errs.String())
			}
			if strings.Contains(out.String()+errs.String(), "hunter2") {
				t.Errorf("%s with %s tells the password: %s%s", command, url, out.String(), errs.String())
			}
		}
	}
}
