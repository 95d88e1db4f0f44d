// Package soak says how much of a long test to run: a share of it in CI, all of it by `make soak`.
package soak

import (
	"crypto/rand"
	"encoding/binary"
	"os"
	"strconv"
	"testing"
)

// Full reports whether long tests run in full: the environment has SOAK=1, as make soak sets it.
func Full() bool { return os.Getenv("SOAK") == "1" }

// Share returns full in a full run and share otherwise.
func Share(full, share int) int {
	if Full() {
		return full
	}
	return share
}

// Seeds returns the seeds a random test runs with: a fixed one, so that every run has something in common, and a fresh one, so that
// every run tries something new. SOAK_SEED=N repeats the run with that seed alone.
func Seeds(t *testing.T) []uint64 {
	t.Helper()
	if s := os.Getenv("SOAK_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatalf("SOAK_SEED=%s is not a number", s)
		}
		return []uint64{n}
	}
	var b [8]byte
	rand.Read(b[:])
	fresh := binary.LittleEndian.Uint64(b[:])
	t.Logf("seeds: 1 and %d; to repeat one: SOAK_SEED=N", fresh)
	return []uint64{1, fresh}
}
