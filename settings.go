package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"cardstock/limit"
)

func setAddr(c *Config, v string) error {
	c.Addr = v
	return hostPort(v, "127.0.0.1:3000")
}

func setMetricsAddr(c *Config, v string) error {
	if c.MetricsAddr = v; v == "" {
		return nil
	}
	return hostPort(v, "127.0.0.1:9100")
}

func hostPort(v, example string) error {
	_, port, err := net.SplitHostPort(v)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
		return fmt.Errorf("%q is not host:port, for example %s", v, example)
	}
	return nil
}

func setDB(c *Config, v string) error {
	if v == "" {
		return errors.New("a path is needed, for example data/cardstock.db")
	}
	c.DB = v
	return nil
}

func duration(field func(*Config) *time.Duration, least time.Duration) func(*Config, string) error {
	return func(c *Config, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d < least || d > 10*365*24*time.Hour {
			return fmt.Errorf("%q is not a duration of at least %s, such as 720h, 90m or 2s", v, least)
		}
		*field(c) = d
		return nil
	}
}

func directory(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, v string) error {
		if v != "" {
			if info, err := os.Stat(v); err != nil || !info.IsDir() {
				return fmt.Errorf("%q is not a directory", v)
			}
		}
		*field(c) = v
		return nil
	}
}

func yes(field func(*Config) *bool) func(*Config, string) error {
	return func(c *Config, v string) error {
		b, err := strconv.ParseBool(v)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", v)
		}
		*field(c) = b
		return nil
	}
}

func setMaxUpload(c *Config, v string) (err error) {
	c.MaxUpload, err = parseSize(v)
	return err
}

func setQuota(c *Config, v string) (err error) {
	c.SessionQuota, err = parseSize(v)
	return err
}

func setLimits(c *Config, v string) error {
	if v != "on" && v != "off" {
		return fmt.Errorf("%q is neither on nor off", v)
	}
	c.Limits = v == "on"
	return nil
}

func setTrusted(c *Config, v string) (err error) {
	c.Trusted, err = limit.ParseProxies(v)
	return err
}

// parseSize reads a number of bytes, KB or MB.
func parseSize(v string) (int64, error) {
	number, unit := v, int64(1)
	for _, u := range []struct {
		suffix string
		bytes  int64
	}{{"MB", 1 << 20}, {"KB", 1 << 10}, {"B", 1}} {
		if s, ok := strings.CutSuffix(strings.ToUpper(v), u.suffix); ok {
			number, unit = strings.TrimSpace(s), u.bytes
			break
		}
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 1 || n*unit > 1<<30 {
		return 0, fmt.Errorf("%q is not a size between 1 byte and 1024MB, such as 5MB", v)
	}
	return n * unit, nil
}

func setPublicURL(c *Config, v string) error {
	c.PublicURL = nil
	if v == "" {
		return nil
	}
	u, err := url.Parse(strings.TrimRight(v, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return fmt.Errorf("%q is not an address such as https://cards.example.org or https://example.org/cards", v)
	}
	c.PublicURL = u
	return nil
}

func setLogFormat(c *Config, v string) error {
	if v != "text" && v != "json" {
		return fmt.Errorf("%q is neither text nor json", v)
	}
	c.LogFormat = v
	return nil
}

func setLogLevel(c *Config, v string) error {
	if err := c.LogLevel.UnmarshalText([]byte(v)); err != nil {
		return fmt.Errorf("%q is none of debug, info, warn, error", v)
	}
	return nil
}

// text takes any value.
func text(of func(c *Config) *string) func(*Config, string) error {
	return func(c *Config, value string) error {
		*of(c) = value
		return nil
	}
}
