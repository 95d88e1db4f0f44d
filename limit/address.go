package limit

import (
	"fmt"
	"net/netip"
	"strings"
)

// ParseProxies reads a list of addresses and networks, separated by commas: 127.0.0.1, 10.0.0.0/8, fd00::/8.
func ParseProxies(list string) ([]netip.Prefix, error) {
	var proxies []netip.Prefix
	for word := range strings.SplitSeq(list, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if a, err := netip.ParseAddr(word); err == nil && a.Zone() == "" {
			proxies = append(proxies, netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(word)
		if err != nil || p.Addr().Is4In6() {
			return nil, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", word)
		}
		proxies = append(proxies, p.Masked())
	}
	return proxies, nil
}

// Address returns whose address counts: the peer's own, or if that is a trusted proxy the rightmost one it names that is no trusted
// proxy. What stands left of it anybody can have written. If X-Forwarded-For and Forwarded say different things one of them
// came from the visitor, so neither is believed.
// It returns no address where addresses do not count.
func (l *Limiter) Address(peer netip.Addr, xForwardedFor, forwarded []string) netip.Addr {
	switch peer = peer.Unmap(); {
	case l == nil || l.o.Blind:
		return netip.Addr{}
	case !l.trusted(peer):
		return peer
	}
	var found []netip.Addr
	if hops := fromList(xForwardedFor); len(hops) > 0 {
		found = append(found, l.rightmost(peer, hops))
	}
	if hops := fromForwarded(forwarded); len(hops) > 0 {
		found = append(found, l.rightmost(peer, hops))
	}
	if len(found) == 0 || len(found) == 2 && found[0] != found[1] {
		return peer
	}
	return found[0]
}

func (l *Limiter) trusted(a netip.Addr) bool {
	for _, p := range l.o.Trusted {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// rightmost walks from the peer towards the visitor as far as each hop is trusted.
func (l *Limiter) rightmost(peer netip.Addr, hops []string) netip.Addr {
	at := peer
	for i := len(hops) - 1; i >= 0; i-- {
		a, ok := parseHop(hops[i])
		if !ok {
			return at // nobody behind the last one that is known
		}
		if at = a; !l.trusted(a) {
			return a
		}
	}
	return at
}

// fromList splits the X-Forwarded-For headers of a request into their hops.
func fromList(headers []string) []string {
	var hops []string
	for _, h := range headers {
		hops = append(hops, strings.Split(h, ",")...)
	}
	return hops
}

// fromForwarded takes what follows for= out of each hop of the Forwarded headers; a hop without it is unknown.
func fromForwarded(headers []string) []string {
	var hops []string
	for _, hop := range fromList(headers) {
		found := ""
		for pair := range strings.SplitSeq(hop, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if strings.EqualFold(name, "for") {
				found = value
			}
		}
		hops = append(hops, found)
	}
	return hops
}

// parseHop reads an address as proxies write it: 1.2.3.4, 1.2.3.4:56, 2001:db8::1, [2001:db8::1]:56, in quotes or not.
func parseHop(s string) (netip.Addr, bool) {
	s = strings.Trim(strings.TrimSpace(s), `"`)
	if p, err := netip.ParseAddrPort(s); err == nil {
		return p.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	return a.Unmap().WithZone(""), err == nil
}
