//go:build race

package handlers_test

import "testing"

// raced: the race detector is on.
const raced = true

// undetected begins a test that says nothing more with the race detector and takes many times as long: one goroutine asks for one page after the
// other. `make test` runs such tests a second time without it.
func undetected(t testing.TB) {
	t.Skip("run without the race detector, by the second go test of make test")
}
