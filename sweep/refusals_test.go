package sweep

import (
	"strings"
	"testing"

	"cardstock/e2e/testredis"
)

// What an operator is told when Redis answers, only not as wished: the cause, and what to do about that one. With the rights that
// the README names all goes well.
func TestWhatToDoWhenRedisRefuses(t *testing.T) {
	redis := testredis.Start(t)
	redis.Do("ACL", "SETUSER", "enough", "on", ">pw", "~cardstock:*", "+ping", "+get", "+set", "+del", "+pttl", "+info", "+time")
	redis.Do("ACL", "SETUSER", "few", "on", ">pw", "~other:*", "+@all")
	as := func(user, db string) *site {
		s := *redis
		s.URL = "redis://" + user + redis.Addr + "/" + db
		return newSite(t, &s, month)
	}
	for name, tt := range map[string]struct {
		s    *site
		says string
	}{
		"a wrong password": {as("enough:wrong@", "0"), "check the user and the password"},
		"too few rights":   {as("few:pw@", "0"), "the rights that the README names"},
		"a wrong number":   {as("", "99"), "the number of the database"},
	} {
		if r := tt.s.pass(PassOptions{}); held(r) != "away" || !strings.Contains(r.Held[0].Do, tt.says) {
			t.Errorf("%s: %s", name, text(r))
		}
	}
	s := as("enough:pw@", "0")
	cookies := s.begin(3)
	s.pass(PassOptions{})
	redis.Do("DEL", key(cookies[0]))
	if r := s.pass(PassOptions{Now: true}); r.Ended != 1 || len(r.Held) != 0 || s.keysThere(cookies) != 2 {
		t.Errorf("with enough rights: %s", text(r))
	}
	if err := s.visit(cookies[1]).End(t.Context()); err != nil || s.keysThere(cookies) != 1 {
		t.Errorf("with enough rights: %v", err)
	}
	redis.Do("REPLICAOF", "127.0.0.1", "1")
	defer redis.Do("REPLICAOF", "NO", "ONE")
	redis.Do("CONFIG", "SET", "replica-serve-stale-data", "yes")
	begun := s.begin(1)
	s.pass(PassOptions{})
	if s.logged("name its master in the Redis URL") != 1 || !s.visit(begun[0]).Exists() {
		t.Errorf("as a replica: %s", s.log.String())
	}
}
