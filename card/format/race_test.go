//go:build race

package format

import "testing"

// undetected begins a test that says nothing more with the race detector and takes many times as long: it measures, or goes through every file in
// one goroutine. `make test` runs such tests a second time without it.
func undetected(t testing.TB) {
	t.Skip("run without the race detector, by the second go test of make test")
}
