//go:build !race

package format

import "testing"

// undetected begins a test that is run in this build alone.
func undetected(testing.TB) {}
