//go:build race

package format

import "testing"

// measures begins a test of what something takes. With the race detector that says nothing and takes twenty times as long: `make test`
// runs these tests a second time without it.
func measures(t *testing.T) {
	t.Skip("measured without the race detector, by the second go test of make test")
}
