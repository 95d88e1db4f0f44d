package limit

import (
	"net/netip"
	"testing"
)

// TestAddress: who asks directly is who they are, whatever they write; behind a trusted proxy it is the rightmost that is none.
func TestAddress(t *testing.T) {
	const proxy, visitor = "10.0.0.7", "203.0.113.9"
	for name, tt := range map[string]struct {
		peer          string
		xff, forwards []string
		want          string
	}{
		"directly":                        {visitor, nil, nil, visitor},
		"directly, with a lie":            {visitor, []string{"198.51.100.1"}, []string{"for=198.51.100.1"}, visitor},
		"directly, naming a proxy":        {visitor, []string{proxy}, nil, visitor},
		"mapped":                          {"::ffff:" + visitor, nil, nil, visitor},
		"a proxy that says nothing":       {proxy, nil, nil, proxy},
		"a proxy":                         {proxy, []string{visitor}, nil, visitor},
		"a mapped proxy":                  {"::ffff:" + proxy, []string{visitor}, nil, visitor},
		"a lie in front":                  {proxy, []string{"198.51.100.1, " + visitor}, nil, visitor},
		"a lie in a header of its own":    {proxy, []string{"198.51.100.1", visitor}, nil, visitor},
		"two proxies":                     {proxy, []string{"198.51.100.1, " + visitor + ", 10.1.2.3"}, nil, visitor},
		"two proxies, two headers":        {proxy, []string{visitor, "10.1.2.3"}, nil, visitor},
		"a lie that looks like a proxy":   {proxy, []string{"10.9.9.9, " + visitor}, nil, visitor},
		"only proxies":                    {proxy, []string{"10.1.2.3, 10.1.2.4"}, nil, "10.1.2.3"},
		"with a port":                     {proxy, []string{visitor + ":4711"}, nil, visitor},
		"IPv6":                            {proxy, []string{"2001:db8::1"}, nil, "2001:db8::1"},
		"IPv6 with a port":                {proxy, []string{"[2001:db8::1]:4711"}, nil, "2001:db8::1"},
		"an IPv6 proxy":                   {"fd00::1", []string{"2001:db8::1"}, nil, "2001:db8::1"},
		"rubbish":                         {proxy, []string{"unknown"}, nil, proxy},
		"rubbish behind a proxy":          {proxy, []string{visitor + ", ;drop, 10.1.2.3"}, nil, "10.1.2.3"},
		"empty":                           {proxy, []string{""}, nil, proxy},
		"Forwarded":                       {proxy, nil, []string{"for=" + visitor}, visitor},
		"Forwarded in full":               {proxy, nil, []string{`for=198.51.100.1;proto=http, For="` + visitor + `:80"; by=10.0.0.7;proto=https`}, visitor},
		"Forwarded with IPv6":             {proxy, nil, []string{`proto=https;for="[2001:db8::1]:4711"`}, "2001:db8::1"},
		"Forwarded, hidden":               {proxy, nil, []string{"for=" + visitor + ", for=_hidden"}, proxy},
		"Forwarded, a quote left open":    {proxy, nil, []string{`for="198.51.100.1, for=` + visitor}, visitor},
		"both say the same":               {proxy, []string{visitor}, []string{"for=" + visitor}, visitor},
		"one of both came from a visitor": {proxy, []string{"198.51.100.1"}, []string{"for=" + visitor}, proxy},
	} {
		trusted, err := ParseProxies("10.0.0.0/8, fd00::1")
		if err != nil {
			t.Fatal(err)
		}
		l := New(Options{Trusted: trusted})
		if got := l.Address(addr(tt.peer), tt.xff, tt.forwards); got != addr(tt.want) {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
		if got := New(Options{Trusted: trusted, Blind: true}).Address(addr(tt.peer), tt.xff, tt.forwards); got.IsValid() {
			t.Errorf("%s: %s, where addresses do not count", name, got)
		}
		if got := New(Options{}).Address(addr(tt.peer), tt.xff, tt.forwards); got != addr(tt.peer).Unmap() {
			t.Errorf("%s: %s, and no proxy is trusted", name, got)
		}
	}
}

func TestParseProxies(t *testing.T) {
	got, err := ParseProxies(" 127.0.0.1,10.1.2.3/8 ,fd00::/8,, ::ffff:192.0.2.1")
	want := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("192.0.2.1/32")}
	if err != nil || len(got) != len(want) {
		t.Fatal(got, err)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s, want %s", got[i], want[i])
		}
	}
}
