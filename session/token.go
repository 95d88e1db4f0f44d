package session

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// A token is 32 random bytes and a 16-byte signature, in 64 characters of base64url. It is the only key to a
// visitor's data: it lies in their cookie and nowhere else, neither stored nor logged. The signature lets a
// forged one be refused without asking the database.

const (
	randomBytes = 32
	signedBytes = randomBytes + 16
	tokenLength = signedBytes / 3 * 4 // characters
)

// signer makes tokens and knows its own.
type signer struct{ secret []byte }

// fresh returns a new token.
func (s signer) fresh() string {
	b := make([]byte, randomBytes)
	rand.Read(b)
	return s.sign(b)
}

// derived returns the token that a hand-over code and a cookie make together: the same each time, and for whoever lacks one of them, or
// the secret, as random as a fresh one.
func (s signer) derived(code []byte, cookie string) string {
	m := hmac.New(sha256.New, s.secret)
	m.Write([]byte("hand-over\x00")) // what is signed has 32 bytes, this never has
	m.Write(code)
	m.Write([]byte(cookie))
	return s.sign(m.Sum(nil))
}

// sign makes a token of random bytes.
func (s signer) sign(random []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(random, s.signature(random)...))
}

// genuine reports whether this server made the token.
func (s signer) genuine(token string) bool {
	if len(token) != tokenLength {
		return false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(b) != signedBytes {
		return false
	}
	return hmac.Equal(b[randomBytes:], s.signature(b[:randomBytes]))
}

func (s signer) signature(random []byte) []byte {
	m := hmac.New(sha256.New, s.secret)
	m.Write(random)
	return m.Sum(nil)[:signedBytes-randomBytes]
}

// hashOf names the token's session in the database and in Redis.
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
