package sweep

import (
	"context"
	"testing"
	"time"
)

// What the random schedules found, each by itself.

const nothing = `ended 0, marked 0, set again 0, repaired 0, held ""`

func TestEvictionsAfterTheCountersWereSetBack(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.redis().evicted = 100
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.resetStat()
		w.deleteKey(w.people[0])
		w.redis().evicted = 1
		w.sweep("evicted", `ended 0, marked 0, set again 1, repaired 0, held "reset"`)
		w.sweep("after it", nothing)
	})
}

func TestALeaseTakenWhileTheClockWasWrong(t *testing.T) {
	inWorld(t, time.Hour, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.off = 40 * 24 * time.Hour
		w.lease(30 * time.Second) // of a process that was killed
		w.off = 0
		w.days(1)
		w.sweep("a day later", `ended 1, marked 0, set again 0, repaired 0, held ""`)
	})
}

// The server starts with a clock that is behind: all rows seem to live for long.
func TestKeysNeverOutliveAVisit(t *testing.T) {
	inWorld(t, time.Hour, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.off = -40 * 24 * time.Hour
		w.restart()
		w.sweep("behind", `ended 0, marked 0, set again 1, repaired 0, held "skew"`)
		if left := w.redis().pttl(w.redis().data(0), w.people[0].key()); left > time.Hour.Milliseconds() {
			t.Errorf("the key lives for %d ms", left)
		}
	})
}

// The clock of Redis was ahead and is set right: keys seem to live longer than any visit makes them.
func TestAKeyThatLivesTooLongIsSetRight(t *testing.T) {
	inWorld(t, time.Hour, false, func(w *world) {
		w.arrive()
		w.redis().skew = 40 * 24 * time.Hour
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		time.Sleep(time.Hour)
		w.redis().skew = 0
		w.sweep("right", `ended 0, marked 0, set again 0, repaired 0, held "skew"`)
		w.sweep("the key says it lives", `ended 0, marked 0, set again 0, repaired 2, held ""`)
		time.Sleep(time.Hour + time.Second)
		w.sweep("an hour later", `ended 1, marked 0, set again 0, repaired 0, held ""`)
	})
}

// Redis goes away while it is given back many keys: the few that are still missing are no less a part of the loss.
func TestAMassDisappearanceMendedHalfway(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		for range 45 {
			w.arrive()
		}
		w.sweep("at first", `ended 0, marked 0, set again 45, repaired 0, held ""`)
		w.vanish()
		sets := 0
		w.decide(func(_ int, args []string) fate {
			if args[0] == "set" {
				sets++
			}
			if sets > 35 {
				w.down()
				return lost
			}
			return done
		})
		w.sweep("half-way", `ended 0, marked 0, set again 0, repaired 0, held "mass away"`)
		w.calm()
		w.sweep("after it", `ended 0, marked 0, set again 45, repaired 0, held ""`)
		w.sweep("and then", nothing)
		w.vanish()
		w.sweep("without a fault", `ended 0, marked 0, set again 45, repaired 0, held "mass"`)
		w.sweep("at once", nothing)
	})
}

// A visitor comes within the grace, but the visit cannot be written down: their key is back all the same.
func TestAVisitThatCannotBeWrittenDownHeals(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.deleteKey(w.people[0])
		w.sweep("deleted", `ended 0, marked 1, set again 0, repaired 0, held ""`)
		w.exec("CREATE TRIGGER broken BEFORE UPDATE OF touched_at ON session BEGIN SELECT RAISE(ABORT, 'broken'); END")
		w.trigger = true
		w.visit(w.people[0])
		w.mend()
		time.Sleep(time.Minute)
		w.sweep("a minute later", nothing)
	})
}

// The machine's clock is ahead for a while, for Redis too, and one row cannot be erased: that must not keep the sweeper from
// noticing.
func TestAWrongClockIsNoticedThoughErasingFails(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 2, repaired 0, held ""`)
		w.exec("CREATE TRIGGER broken BEFORE DELETE ON session BEGIN SELECT RAISE(ABORT, 'broken'); END")
		w.trigger = true
		w.erase(w.people[0])
		time.Sleep(time.Minute)
		w.off, w.redis().skew = 31*24*time.Hour, 31*24*time.Hour
		if _, err := w.apps[0].Pass(context.Background(), PassOptions{}); err == nil {
			t.Error("the trigger does not work")
		}
		w.redis().data(0) // the key runs out
		w.off, w.redis().skew = 0, 0
		w.mend()
		w.restart()
		w.sweep("all is well", `ended 0, marked 0, set again 1, repaired 0, held ""`)
	})
}

// A key set while the clock was right knows more than one that is ahead: it is not cut short.
func TestAClockThatIsAheadCutsNoKeyShort(t *testing.T) {
	inWorld(t, 2*time.Hour, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.off = 100 * time.Minute
		w.restart()
		w.sweep("ahead", `ended 0, marked 0, set again 0, repaired 0, held "skew"`)
		time.Sleep(90 * time.Minute)
		w.sweep("its row seems due", `ended 0, marked 0, set again 0, repaired 1, held ""`)
		w.alive("after an hour and a half", 0)
		time.Sleep(31*time.Minute + 2*time.Hour)
		w.sweep("it came once more", `ended 1, marked 0, set again 0, repaired 0, held ""`)
	})
}

// The clock jumps while a pass sets keys.
func TestAClockThatJumpsInAPass(t *testing.T) {
	inWorld(t, 2*time.Hour, false, func(w *world) {
		w.arrive()
		w.decide(func(_ int, args []string) fate {
			if args[0] == "set" {
				w.off = 100 * time.Minute
			}
			return done
		})
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		if left := w.redis().pttl(w.redis().data(0), w.people[0].key()); left < (2*time.Hour - time.Minute).Milliseconds() {
			t.Errorf("the key lives for %d ms", left)
		}
	})
}

// The server had another Redis for a moment, so short that nobody swept.
func TestAnotherRedisThatNobodySwept(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.connect(1, 0)
		w.arrive()
		w.connect(0, 0)
		w.sweep("back", `ended 0, marked 0, set again 2, repaired 0, held ""`)
		w.days(1)
		w.sweep("a day later", nothing)
		w.alive("a day later", 0, 1)
	})
}

// The marks of missing keys cannot be taken back while Redis is away, for the database refuses it. When both are well again they prove nothing:
// who visited meanwhile could not be written down.
func TestMarksThatCouldNotBeTakenBack(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.deleteKey(w.people[0])
		w.sweep("the key is missed", `ended 0, marked 1, set again 0, repaired 0, held ""`)
		w.exec("CREATE TRIGGER broken BEFORE UPDATE ON session BEGIN SELECT RAISE(ABORT, 'broken'); END")
		w.trigger = true
		w.refuse("LOADING Redis is loading the dataset in memory")
		time.Sleep(2 * time.Minute)
		w.pass(0, PassOptions{}, context.Background())
		w.visit(w.people[0])
		w.mend()
		w.well()
		w.sweep("both are well", `ended 0, marked 1, set again 0, repaired 0, held ""`)
		w.alive("after it", 0)
	})
}

// Somebody comes between the sweeper's reading their row and its setting their key in a new Redis: the key is set to what the row says then.
func TestAVisitWhileKeysAreSetAgain(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.days(10)
		w.flush(true)
		w.decide(func(_ int, args []string) fate {
			if args[0] == "set" && args[1] == w.people[0].key() {
				w.decide(nil)
				w.visit(w.people[0])
			}
			return done
		})
		w.sweep("after FLUSHALL", `ended 0, marked 0, set again 1, repaired 0, held "lost"`)
		w.days(25)
		w.sweep("when its first key would have gone", nothing)
		time.Sleep(2 * time.Minute)
		w.sweep("and after the grace", nothing)
		w.alive("35 days after it was made, 25 after its last visit", 0)
	})
}

// The process was stopped for an hour after it had worked out how long a key is to live: the session does not live an hour longer.
func TestAPauseWhileKeysAreSetAgain(t *testing.T) {
	inWorld(t, 2*time.Hour, false, func(w *world) {
		w.arrive()
		w.decide(func(_ int, args []string) fate {
			if args[0] == "set" && args[1] == w.people[0].key() {
				w.decide(nil)
				time.Sleep(time.Hour)
			}
			return done
		})
		w.sweep("at first", `ended 0, marked 0, set again 1, repaired 0, held ""`)
		w.agree(w.people[0], w.look()[w.people[0].id])
		time.Sleep(time.Hour + time.Minute)
		w.sweep("after its time", `ended 1, marked 0, set again 0, repaired 0, held ""`)
	})
}

// The process is stopped while Redis says how long keys live: what it said before that is not taken for what it says now.
func TestAPauseWhileKeysAreLookedAt(t *testing.T) {
	inWorld(t, 2*time.Hour, false, func(w *world) {
		w.arrive()
		w.arrive()
		asked := 0
		w.decide(func(_ int, args []string) fate {
			if args[0] == "pttl" {
				if asked++; asked == 2 {
					w.decide(nil)
					time.Sleep(time.Hour)
				}
			}
			return done
		})
		w.sweep("at first", `ended 0, marked 0, set again 2, repaired 0, held ""`)
		if asked != 2 {
			t.Fatalf("asked %d times", asked)
		}
		time.Sleep(time.Hour + time.Minute)
		w.sweep("after their time", `ended 2, marked 0, set again 0, repaired 0, held ""`)
	})
}

// A pass takes longer than the grace until it finds that a key is missing: the grace begins there, and what ran out meanwhile is no mass disappearance.
func TestAPauseBeforeAKeyIsMissed(t *testing.T) {
	inWorld(t, 2*time.Hour, false, func(w *world) {
		for range 31 {
			w.arrive()
		}
		w.sweep("at first", `ended 0, marked 0, set again 31, repaired 0, held ""`)
		for range 3 { // they stay
			time.Sleep(30 * time.Minute)
			w.visit(w.people[0])
			w.visit(w.people[1])
		}
		time.Sleep(30*time.Minute - 10*time.Second)
		w.deleteKey(w.people[0])
		asked := 0
		w.decide(func(_ int, args []string) fate {
			if args[0] == "pttl" {
				if asked++; asked == 2 {
					w.decide(nil)
					time.Sleep(70 * time.Second)
				}
			}
			return done
		})
		w.sweep("a long pass", `ended 0, marked 1, set again 0, repaired 0, held ""`)
		time.Sleep(2 * time.Second)
		w.sweep("within the grace", `ended 29, marked 0, set again 0, repaired 0, held ""`)
		w.visit(w.people[0])
		w.sweep("after a visit", `ended 0, marked 0, set again 0, repaired 0, held ""`)
	})
}

// Without Redis nobody else knows how long a session lives that was visited while the clock was ahead: once that is right, it has the usual time.
func TestAVisitWhileTheClockWasAhead(t *testing.T) {
	inWorld(t, month, true, func(w *world) {
		w.arrive()
		w.arrive()
		w.sweep("at first", `ended 0, marked 0, set again 0, repaired 0, held ""`)
		w.off = 20 * 24 * time.Hour
		w.sweep("ahead", `ended 0, marked 0, set again 0, repaired 0, held "clock"`)
		time.Sleep(2 * time.Hour)
		w.visit(w.people[0])
		w.off = 0
		w.sweep("right again", `ended 0, marked 0, set again 0, repaired 1, held ""`)
		w.sweep("and again", `ended 0, marked 0, set again 0, repaired 0, held ""`)
		time.Sleep(month - time.Hour)
		w.sweep("before its time", `ended 1, marked 0, set again 0, repaired 0, held ""`)
		time.Sleep(4 * time.Hour)
		w.sweep("after its time", `ended 1, marked 0, set again 0, repaired 0, held ""`)
	})
}

// A key was set while the clock of Redis was behind, and no pass saw it: it goes too early, and that is no sign of anything.
func TestAKeyThatGoesTooEarlyIsSetRight(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.sweep("at first", `ended 0, marked 0, set again 0, repaired 0, held ""`)
		w.redis().skew = -26 * 24 * time.Hour
		w.arrive()
		w.redis().skew = 0
		w.sweep("right again", `ended 0, marked 0, set again 0, repaired 1, held ""`)
		w.sweep("once more", nothing)
		w.days(5)
		w.sweep("when the key would have gone", nothing)
	})
}

// The connection breaks as the sentinel is set, and the command is done after a FLUSHALL all the same: no mark brings an empty Redis back into trust.
func TestAMarkThatComesAfterTheLoss(t *testing.T) {
	inWorld(t, month, false, func(w *world) {
		w.arrive()
		late := false
		w.decide(func(_ int, args []string) fate {
			if args[0] == "set" && args[1] != w.people[0].key() && !late {
				late = true
				return overtaken
			}
			return done
		})
		for range 2 {
			if _, err := w.apps[0].Pass(context.Background(), PassOptions{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second) // the breaker asks whether Redis is back
		}
		w.flush(true)
		w.redis().catchUp()
		w.decide(nil)
		w.sweep("after FLUSHALL", `ended 0, marked 0, set again 1, repaired 0, held "marked"`)
		if !late {
			t.Error("the test is none: no sentinel was set")
		}
	})
}
