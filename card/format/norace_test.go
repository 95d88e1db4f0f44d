//go:build !race

package format

const slowdown = 1
