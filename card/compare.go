package card

import "slices"

// mostChanges is how many changes in one stretch are looked for one by one; a stretch with more counts as rewritten. It
// bounds time and memory: an answer of the greatest length takes some tenths of a second at worst, most take a millisecond.
const mostChanges = 256

// A stretch of two sequences is the same in both, or b stands where a stood.
type stretch struct {
	same bool
	a, b []string
}

// compare takes two sequences apart into stretches that are the same and stretches that differ, in turn.
func compare(a, b []string) []stretch {
	start, end := 0, 0
	for start < len(a) && start < len(b) && a[start] == b[start] {
		start++
	}
	for end < len(a)-start && end < len(b)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	var all []stretch
	if start > 0 {
		all = append(all, stretch{true, a[:start], b[:start]})
	}
	if m, n := a[start:len(a)-end], b[start:len(b)-end]; len(m)+len(n) > 0 {
		all = append(all, split(m, n, fewest(m, n))...)
	}
	if end > 0 {
		all = append(all, stretch{true, a[len(a)-end:], b[len(b)-end:]})
	}
	return all
}

// split takes two sequences apart at the pairs of places where they are the same.
func split(a, b []string, pairs [][2]int) (all []stretch) {
	i, j := 0, 0
	for len(pairs) > 0 {
		x, y := pairs[0][0], pairs[0][1]
		if x > i || y > j {
			all = append(all, stretch{false, a[i:x], b[j:y]})
		}
		n := 1
		for n < len(pairs) && pairs[n] == [2]int{x + n, y + n} {
			n++
		}
		all = append(all, stretch{true, a[x : x+n], b[y : y+n]})
		i, j, pairs = x+n, y+n, pairs[n:]
	}
	if i < len(a) || j < len(b) {
		all = append(all, stretch{false, a[i:], b[j:]})
	}
	return all
}

// fewest returns the pairs of places where the sequences are the same on the way of the fewest changes (Myers, An O(ND) Difference
// Algorithm, 1986), none if that takes more than mostChanges.
func fewest(a, b []string) [][2]int {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	x, y := numbers(a, b)
	var tried [][]int32 // how far each diagonal had come after 0, 1, … changes; diagonal 0 in the middle
	most := min(mostChanges, len(a)+len(b))
	far := make([]int32, 2*most+3)
	for d := 0; d <= most; d++ {
		for k := -d; k <= d; k += 2 {
			i := from(far, d, k)
			for i < len(x) && i-k < len(y) && x[i] == y[i-k] {
				i++
			}
			if far[k+most+1] = int32(i); i >= len(x) && i-k >= len(y) {
				return back(tried, len(x), len(y))
			}
		}
		tried = append(tried, slices.Clone(far))
	}
	return nil
}

// from is where a way with d changes enters diagonal k: by an addition from the one above or by a removal from the one below.
func from(far []int32, d, k int) int {
	o := len(far) / 2
	if d == 0 {
		return 0
	}
	if k == -d || k != d && far[o+k-1] < far[o+k+1] {
		return int(far[o+k+1])
	}
	return int(far[o+k-1]) + 1
}

// back goes back along the way that came to the end, and returns the pairs on it.
func back(tried [][]int32, i, j int) (pairs [][2]int) {
	for d := len(tried); ; d-- {
		k, start := i-j, 0
		if d > 0 {
			start = from(tried[d-1], d, k)
		}
		for i > start {
			i, j = i-1, j-1
			pairs = append(pairs, [2]int{i, j})
		}
		if d == 0 {
			slices.Reverse(pairs)
			return pairs
		}
		if o := len(tried[d-1]) / 2; k == -d || k != d && tried[d-1][o+k-1] < tried[d-1][o+k+1] {
			j--
		} else {
			i--
		}
	}
}

// numbers gives equal words the same number.
func numbers(a, b []string) (x, y []int32) {
	known := make(map[string]int32, len(a))
	number := func(list []string) []int32 {
		out := make([]int32, len(list))
		for i, s := range list {
			n, ok := known[s]
			if !ok {
				n = int32(len(known))
				known[s] = n
			}
			out[i] = n
		}
		return out
	}
	return number(a), number(b)
}
