//go:build race

package handlers_test

// raced: the race detector is on.
const raced = true
