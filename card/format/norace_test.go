//go:build !race

package format

import "testing"

// measures begins a test of what something takes; this build may measure.
func measures(*testing.T) {}
