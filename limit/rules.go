package limit

import "time"

// Class is a sort of thing that is limited.
type Class string

// The classes.
const (
	Cards    Class = "cards"    // new cards, empty or from an upload
	Uploads  Class = "uploads"  // files and pasted cards
	Bytes    Class = "bytes"    // sent in the bodies of requests
	Births   Class = "births"   // sessions that begin: first writes of somebody without a session
	Codes    Class = "codes"    // wrong hand-over codes
	Readings Class = "readings" // of uploads that a card has
	Archives Class = "archives" // of all cards: what takes the longest of all that can be asked for
)

// Rate is how much may be done: Burst at once, and after that so much each second. The zero Rate limits nothing.
type Rate struct{ Burst, PerSecond float64 }

// Rule limits a class for one session, and for all that come from one address: a school or a company may share one.
type Rule struct{ Session, Address Rate }

// Rules are the limits by class; a class without a rule is not limited.
type Rules map[Class]Rule

const (
	minute = 1.0 / 60 // once each minute
	mb     = 1 << 20
)

// Standard are limits that people do not meet, nor a classroom behind one address. The README tells them.
var Standard = Rules{
	Cards:    {Session: Rate{60, 6 * minute}, Address: Rate{600, 60 * minute}},
	Uploads:  {Session: Rate{60, 6 * minute}, Address: Rate{600, 60 * minute}},
	Bytes:    {Session: Rate{64 * mb, 1 * mb}, Address: Rate{256 * mb, 4 * mb}},
	Births:   {Address: Rate{600, 60 * minute}},
	Codes:    {Session: Rate{10, minute}, Address: Rate{30, 2 * minute}},
	Readings: {Session: Rate{60, 6 * minute}, Address: Rate{600, 60 * minute}},
	Archives: {Session: Rate{10, minute}, Address: Rate{100, 10 * minute}},
}

// Memory for requests that are still arriving, and as much for replies that are still on their way, in bytes: of all and of one address.
const (
	budgetTotal   = 256 * mb
	budgetAddress = 64 * mb
)

// memory is how long a bucket can matter: after that it is full again, whatever happened.
func (r Rules) memory() time.Duration {
	longest := time.Minute
	for _, rule := range r {
		for _, rate := range []Rate{rule.Session, rule.Address} {
			if rate.PerSecond > 0 {
				longest = max(longest, time.Duration(rate.Burst/rate.PerSecond*float64(time.Second)))
			}
		}
	}
	return longest
}
