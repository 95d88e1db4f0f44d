package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.yaml.in/yaml/v4"
)

// There may be no Docker where tests run. So this file takes docker-compose.yml and Dockerfile at their word and
// tries what they say with a real redis-server.

// compose is as much of docker-compose.yml as the tests look at.
type compose struct {
	Services map[string]struct {
		Command     []string
		Environment map[string]string
		Ports       []string
		Volumes     []string
		Restart     string
		Healthcheck struct{ Test []string }
		DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	}
	Volumes map[string]any
}

func readCompose(t *testing.T) compose {
	t.Helper()
	text, err := os.ReadFile("docker-compose.yml")
	if err != nil {
		t.Fatal(err)
	}
	var c compose
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestComposeServices(t *testing.T) {
	c := readCompose(t)
	if len(c.Services) != 2 {
		t.Fatalf("there are %d services, want app and redis", len(c.Services))
	}
	for name, s := range c.Services {
		if len(s.Ports) == 0 {
			t.Errorf("%s publishes no port", name)
		}
		for _, p := range s.Ports {
			if !strings.HasPrefix(p, "127.0.0.1:") {
				t.Errorf("%s is published at %s: others than this machine would reach it", name, p)
			}
		}
		if len(s.Healthcheck.Test) < 2 || s.Healthcheck.Test[0] != "CMD" {
			t.Errorf("the health check of %s is %q, want a command", name, s.Healthcheck.Test)
		}
		if s.Restart != "unless-stopped" {
			t.Errorf("%s has restart %q", name, s.Restart)
		}
		if len(s.Volumes) != 1 {
			t.Fatalf("%s has the volumes %q, want one", name, s.Volumes)
		}
		volume, place, _ := strings.Cut(s.Volumes[0], ":")
		if _, named := c.Volumes[volume]; !named || place != "/data" {
			t.Errorf("%s keeps its data in %s, want a named volume at /data", name, s.Volumes[0])
		}
	}
	app := c.Services["app"]
	if got := app.DependsOn["redis"].Condition; got != "service_healthy" {
		t.Errorf("app waits for redis until %q, want service_healthy", got)
	}
	if got := strings.Join(app.Healthcheck.Test, " "); got != "CMD cardstock healthcheck" {
		t.Errorf("app's health check is %s", got)
	}
}

// TestContainerSettings checks that Dockerfile and docker-compose.yml set what config.go has, to values it takes.
func TestContainerSettings(t *testing.T) {
	dockerfile, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	set := map[string]string{}
	for _, m := range regexp.MustCompile(`\b([A-Z]+_[A-Z_]+)=(\S+)`).FindAllStringSubmatch(string(dockerfile), -1) {
		if m[1] != "CGO_ENABLED" {
			set[m[1]] = m[2]
		}
	}
	for name, value := range readCompose(t).Services["app"].Environment {
		set[name] = value
	}
	want := []string{"CARDSTOCK_ADDR", "CARDSTOCK_DB", "CARDSTOCK_REDIS_URL"}
	for _, name := range want {
		if set[name] == "" {
			t.Errorf("%s is not set", name)
		}
	}
	for name := range set {
		if !slices.ContainsFunc(settings, func(s *setting) bool { return s.env() == name }) {
			t.Errorf("%s is no setting of config.go", name)
		}
	}
	c, err := parseConfig("serve", nil, func(name string) string { return set[name] })
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "0.0.0.0:3000" || filepath.Dir(c.DB) != "/data" {
		t.Errorf("the container listens on %s and keeps %s", c.Addr, c.DB)
	}
	for _, line := range []string{"\nUSER 10001", "\nVOLUME /data", "\nEXPOSE 3000", `CMD ["cardstock", "healthcheck"]`} {
		if !strings.Contains(string(dockerfile), line) {
			t.Errorf("Dockerfile lacks %q", strings.TrimSpace(line))
		}
	}
}

// TestComposeRedis starts Redis with exactly the command of docker-compose.yml, only on a free port and in a directory of
// its own.
func TestComposeRedis(t *testing.T) {
	t.Parallel()
	command := readCompose(t).Services["redis"].Command
	dir, addr := t.TempDir(), freeAddr(t)
	server := startRedis(t, command, dir, addr)
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	ctx := t.Context()
	for name, want := range map[string]string{"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction"} {
		got, err := client.ConfigGet(ctx, name).Result()
		if err != nil || got[name] != want {
			t.Errorf("%s is %q (%v), want %s", name, got[name], err, want)
		}
	}
	if info, err := client.Info(ctx, "persistence").Result(); err != nil || !strings.Contains(info, "aof_enabled:1") {
		t.Errorf("Redis does not say that it appends to a file (%v)", err)
	}

	if err := client.Set(ctx, "cardstock:session:x", "1", 720*time.Hour).Err(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(1200 * time.Millisecond) // everysec, and a little
	server.Process.Kill()
	server.Wait()
	startRedis(t, command, dir, addr)
	left, err := client.PTTL(ctx, "cardstock:session:x").Result()
	if err != nil || left < 719*time.Hour || left > 720*time.Hour {
		t.Errorf("after kill -9 the key has %s to live (%v), want almost 720h", left, err)
	}
}

// startRedis starts redis-server and returns when it answers.
func startRedis(t *testing.T, command []string, dir, addr string) *exec.Cmd {
	t.Helper()
	if len(command) == 0 || command[0] != "redis-server" {
		t.Fatalf("the command of redis is %q, want a list that begins with redis-server", command)
	}
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Fatal("this test needs redis-server: apt-get install redis-server, or make test")
	}
	_, port, _ := net.SplitHostPort(addr)
	cmd := exec.Command(command[0], append(slices.Clone(command[1:]), "--port", port, "--dir", dir)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	for range 500 {
		if client.Ping(t.Context()).Err() == nil {
			return cmd
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("redis-server does not answer")
	return nil
}

// freeAddr returns an address on this machine that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
