package session

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// parseURLs reads where Redis is: one server redis://user:password@host:6379/0, rediss:// for TLS, several hosts
// redis://h1,h2 for a Cluster (?cluster=true with one), ?master=name for Sentinel. Several
// URLs are the same as several hosts. Its errors never contain the password.
func parseURLs(urls []string) (*redis.UniversalOptions, error) {
	if len(urls) == 0 {
		return nil, errors.New("there is no Redis URL")
	}
	o := patient()
	for i, raw := range urls {
		if err := parseURL(o, strings.TrimSpace(raw), i == 0); err != nil {
			return nil, fmt.Errorf("%w; it looks like redis://user:password@host:6379/0", err)
		}
	}
	if clustered(o) && o.DB != 0 {
		return nil, fmt.Errorf("a Redis Cluster has only database 0, not %d", o.DB)
	}
	return o, nil
}

// clustered reports whether the options are those of a Redis Cluster.
func clustered(o *redis.UniversalOptions) bool {
	return o.MasterName == "" && (len(o.Addrs) > 1 || o.IsClusterMode)
}

// patient are the settings that keep a hung or missing Redis from being felt: the defaults wait for 10 seconds.
func patient() *redis.UniversalOptions {
	return &redis.UniversalOptions{
		DialTimeout:           300 * time.Millisecond,
		ReadTimeout:           callTime,
		WriteTimeout:          callTime,
		PoolTimeout:           callTime,
		ContextTimeoutEnabled: true,
		MaxRetries:            1,
		DialerRetries:         1,
		DisableIdentity:       true, // two commands less on each new connection
		MaintNotificationsConfig: &maintnotifications.Config{
			Mode: maintnotifications.ModeDisabled,
		},
	}
}

func parseURL(o *redis.UniversalOptions, raw string, first bool) error {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok || scheme != "redis" && scheme != "rediss" {
		return errors.New("it must begin with redis:// or rediss://")
	}
	authority, tail := rest, ""
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		authority, tail = rest[:i], rest[i:]
	}
	if strings.Contains(tail, "@") {
		// Whatever else is said about it might quote a part of the password.
		return errors.New("a / or ? in the user name or password must be percent-encoded")
	}
	userinfo, hosts, found := cutLast(authority, "@")
	if found {
		name, password, _ := strings.Cut(userinfo, ":")
		var bad1, bad2 error
		o.Username, bad1 = url.PathUnescape(name)
		o.Password, bad2 = url.PathUnescape(password)
		if bad1 != nil || bad2 != nil {
			return errors.New("user name or password are not percent-encoded as they should be")
		}
	}
	if err := addHosts(o, hosts, scheme == "rediss"); err != nil {
		return err
	}
	return parseTail(o, tail, first)
}

// cutLast cuts around the last sep; without one, all is after it.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(sep):], true
}

func addHosts(o *redis.UniversalOptions, hosts string, secure bool) error {
	for h := range strings.SplitSeq(hosts, ",") {
		u := url.URL{Host: strings.TrimSpace(h)}
		host, port := u.Hostname(), u.Port()
		if host == "" {
			return errors.New("a host is missing")
		}
		if port == "" {
			port = "6379"
		}
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 || strings.ContainsAny(host, " ") ||
			strings.Contains(host, ":") != strings.HasPrefix(u.Host, "[") {
			return errors.New("what stands for the host is not a host and port") // unquoted: it may be a password without its @
		}
		o.Addrs = append(o.Addrs, net.JoinHostPort(host, port))
		if secure && o.TLSConfig == nil {
			o.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
			if !strings.Contains(hosts, ",") {
				o.TLSConfig.ServerName = host
			}
		}
	}
	return nil
}

// parseTail reads /db and the query.
func parseTail(o *redis.UniversalOptions, tail string, first bool) error {
	path, query, _ := strings.Cut(tail, "?")
	if path = strings.Trim(path, "/"); path != "" {
		n, err := strconv.Atoi(path)
		if err != nil || n < 0 {
			return fmt.Errorf("%q is not the number of a Redis database", path)
		}
		if !first && n != o.DB {
			return errors.New("all URLs must name the same database")
		}
		o.DB = n
	}
	q, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("what follows the ? cannot be read")
	}
	for name, values := range q {
		if err := setOption(o, name, values[0]); err != nil {
			return err
		}
	}
	return nil
}

func setOption(o *redis.UniversalOptions, name, value string) error {
	switch name {
	case "master":
		o.MasterName = value
	case "sentinel_username":
		o.SentinelUsername = value
	case "sentinel_password":
		o.SentinelPassword = value
	case "cluster":
		o.IsClusterMode = value == "true" || value == "1"
	default:
		return fmt.Errorf("it has an unknown option %q; known are master, cluster, sentinel_username and sentinel_password", name)
	}
	return nil
}

// describe says where Redis is, without credentials.
func describe(o *redis.UniversalOptions) string {
	where := strings.Join(o.Addrs, ", ")
	switch {
	case o.MasterName != "":
		return fmt.Sprintf("Redis master %s by Sentinel at %s, database %d", o.MasterName, where, o.DB)
	case clustered(o):
		return "Redis Cluster at " + where
	}
	return fmt.Sprintf("Redis at %s, database %d", where, o.DB)
}
