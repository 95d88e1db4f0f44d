package sweep

import "time"

// A clock notices when the wall clock jumps, by a clock that does not: all sessions would seem to have expired.
type clock struct {
	wall   time.Time     // at the last agreement of the two
	steady time.Duration // the same moment by the clock that never jumps
}

const maxDrift = time.Minute

func startClock(wall time.Time, steady time.Duration) clock {
	return clock{wall.Round(0), steady}
}

// drift returns by how much the wall clock has jumped, 0 while the two agree. After a day the new time is taken
// for right: the machine may have slept, and nothing may outlive its session for ever.
func (c *clock) drift(wall time.Time, steady time.Duration) time.Duration {
	d := wall.Round(0).Sub(c.wall) - (steady - c.steady)
	if d.Abs() > maxDrift && steady-c.steady < patience {
		return d
	}
	*c = startClock(wall, steady)
	return 0
}
