package session

// Cookie is what the handlers send to the browser. It is always HttpOnly, SameSite=Lax and Path=/.
type Cookie struct {
	Name   string
	Value  string
	MaxAge int // seconds; 0 means it ends with the browser
	Secure bool
}

// CookieName returns the name of the cookie. On https its prefix makes browsers refuse one that was set by
// another host or without TLS.
func (k *Keeper) CookieName() string {
	if k.o.Secure {
		return "__Host-cardstock"
	}
	return "cardstock"
}

func (k *Keeper) cookie(v *Visit) *Cookie {
	c := &Cookie{Name: k.CookieName(), Value: v.token, Secure: k.o.Secure}
	if !v.Shared() {
		c.MaxAge = int(v.TTL().Seconds())
	}
	return c
}
