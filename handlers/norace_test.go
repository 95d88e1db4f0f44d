//go:build !race

package handlers_test

import "testing"

// raced: the race detector is on.
const raced = false

// undetected begins a test that is run in this build alone.
func undetected(testing.TB) {}
