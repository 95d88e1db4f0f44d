package handlers_test

import (
	"strings"
	"testing"

	"cardstock/e2e/testredis"
)

// TestReadyTellsNobodyWhereRedisIs: anybody may ask, so it says that Redis answers, or does not, and no address.
func TestReadyTellsNobodyWhereRedisIs(t *testing.T) {
	server := testredis.Start(t)
	b := newApp(t, withRedis(t, server), quietly).visitor()
	host, port, _ := strings.Cut(server.Addr, ":")
	look := func(want string) {
		t.Helper()
		r := b.get("/readyz")
		if text := string(r.body); r.status != 200 || !strings.Contains(text, want) || strings.Contains(text, host) || strings.Contains(text, port) {
			t.Errorf("%d %s", r.status, text)
		}
	}
	look("Redis, which answers")
	server.Kill()
	look("Redis does not answer")
}
