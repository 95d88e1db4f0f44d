//go:build race

package format

// slowdown: the race detector takes about as many times longer.
const slowdown = 20
