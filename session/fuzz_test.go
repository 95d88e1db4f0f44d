package session

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// FuzzCookie: whatever a cookie says, it is the visitor's only if it is, byte for byte, one that this server made, and it never stops the
// server. The secret and the tokens are fixed, so that what the fuzzer finds is found again.
func FuzzCookie(f *testing.F) {
	s := signer{[]byte("a secret of 32 bytes for testing")}
	foreign := signer{[]byte("another server's secret, 32 byte")}
	token := func(s signer, fill byte) string {
		b := []byte(strings.Repeat(string(rune(fill)), randomBytes))
		return base64.RawURLEncoding.EncodeToString(append(b, s.signature(b)...))
	}
	made := []string{token(s, 'a'), token(s, 'b'), token(s, 0)}
	for _, m := range made {
		f.Add(m, uint(0), byte(0))
		f.Add(m, uint(50), byte(1))
		f.Add(m+"=", uint(3), byte(0x20))
		f.Add(hashOf(m), uint(0), byte(0))
	}
	for _, c := range []string{"", token(foreign, 'a'), made[0][:43] + made[1][43:], strings.Repeat("A", tokenLength), strings.Repeat("\n", tokenLength), made[0] + made[0]} {
		f.Add(c, uint(0), byte(0))
	}
	f.Fuzz(func(t *testing.T, cookie string, at uint, flip byte) {
		if b := []byte(cookie); len(b) > 0 { // the fuzzer cannot know the secret, so it is shown how to miss by little
			b[at%uint(len(b))] ^= flip
			cookie = string(b)
		}
		if s.genuine(cookie) != slices.Contains(made, cookie) {
			t.Errorf("genuine(%q) = %v", cookie, s.genuine(cookie))
		}
		k := &Keeper{signer: s}
		if got := k.Choose(slices.Values([]string{cookie, made[1]})); got != made[1] && got != cookie || got == cookie && !slices.Contains(made, cookie) {
			t.Errorf("of %q and a genuine one it chose %q", cookie, got)
		}
	})
}

// What fresh makes is genuine, and is never made twice.
func TestFreshTokensAreOurs(t *testing.T) {
	s, other := signer{[]byte("one")}, signer{[]byte("two")}
	seen := map[string]bool{}
	for range 10_000 {
		token := s.fresh()
		if len(token) != 64 || seen[token] || !s.genuine(token) || other.genuine(token) {
			t.Fatalf("%q", token)
		}
		seen[token] = true
	}
}
