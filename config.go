package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Config holds every setting. Its defaults, flags and environment names are in settings
// below and nowhere else; nothing else reads the environment.
type Config struct {
	Addr          string
	MetricsAddr   string // "" means no metrics
	DB            string
	RedisURL      string // "" means sessions are kept in the database alone
	SessionTTL    time.Duration
	SweepInterval time.Duration
	SweepGrace    time.Duration
	MaxUpload     int64 // bytes
	SessionQuota  int64 // bytes
	Limits        bool
	Trusted       []netip.Prefix // proxies
	Templates     string
	Pages         string
	PublicURL     *url.URL // nil when not set
	LogFormat     string
	LogLevel      slog.Level

	// Of the command sweep only.
	DryRun, SkipGrace, All, Yes bool

	// Of the commands on files.
	Files []string

	// Of the command convert only.
	From, To, Out, Report string

	// Of the command lint only.
	Output   string
	MinScore int // -1: none
}

// A setting is one flag and its twin in the environment: CARDSTOCK_ and the name in upper snake case.
type setting struct {
	name     string
	standard string
	usage    string
	set      func(c *Config, value string) error
	commands []string
	flag     bool // it is no setting of a server and has no twin in the environment
	value    bool // a flag that takes a value; others are true or false
}

func (s *setting) env() string {
	return "CARDSTOCK_" + strings.ToUpper(strings.ReplaceAll(s.name, "-", "_"))
}

var settings = []*setting{
	{name: "addr", standard: "127.0.0.1:3000", commands: []string{"serve", "healthcheck"},
		usage: "address to listen on, host:port", set: setAddr},
	{name: "metrics-addr", standard: "", commands: []string{"serve"},
		usage: "address for Prometheus to read /metrics from, host:port, reachable by the operator alone; empty: none", set: setMetricsAddr},
	{name: "db", standard: "data/cardstock.db", commands: []string{"serve", "sweep", "sessions"},
		usage: "path of the SQLite database file; made if missing", set: setDB},
	{name: "redis-url", standard: "", commands: []string{"serve", "sweep"},
		usage: "Redis that keeps the sessions, redis:// or rediss://, several hosts redis://h1,h2/0, Sentinel ?master=name; " +
			"REDIS_URL works too; empty: the database alone keeps them",
		set: func(c *Config, v string) error { c.RedisURL = v; return nil }},
	{name: "session-ttl", standard: "720h", commands: []string{"serve", "sweep"},
		usage: "how long a session lives after its last visit", set: duration(func(c *Config) *time.Duration { return &c.SessionTTL }, time.Second)},
	{name: "sweep-interval", standard: "2s", commands: []string{"serve"},
		usage: "time from one pass of the sweeper to the next", set: duration(func(c *Config) *time.Duration { return &c.SweepInterval }, 50*time.Millisecond)},
	{name: "sweep-grace", standard: "1m", commands: []string{"serve", "sweep"},
		usage: "how long a missing Redis key may come back before its session ends", set: duration(func(c *Config) *time.Duration { return &c.SweepGrace }, 0)},
	{name: "max-upload", standard: "5MB", commands: []string{"serve"},
		usage: "largest file that can be uploaded, in bytes, KB or MB", set: setMaxUpload},
	{name: "session-quota", standard: "50MB", commands: []string{"serve"},
		usage: "how much one session can hold, answers, earlier answers and files together, in bytes, KB or MB", set: setQuota},
	{name: "limits", standard: "on", commands: []string{"serve"},
		usage: "on or off: whether one session and one address can only do so much in a short time", set: setLimits},
	{name: "trusted-proxies", standard: "", commands: []string{"serve"},
		usage: "addresses and networks of the proxies in front, separated by commas; only they are believed about whose address a request comes from", set: setTrusted},
	{name: "templates", standard: "", commands: []string{"serve", "lint", "convert"},
		usage: "directory of YAML templates that add to the built-in ones or override them", set: directory(func(c *Config) *string { return &c.Templates })},
	{name: "pages", standard: "", commands: []string{"serve"},
		usage: "directory of Markdown pages of yours: imprint.md, contact.md, and additions about.md, privacy.md", set: directory(func(c *Config) *string { return &c.Pages })},
	{name: "public-url", standard: "", commands: []string{"serve"},
		usage: "address that visitors use, if a proxy stands in front; https means secure cookies; may carry a path prefix", set: setPublicURL},
	{name: "log-format", standard: "text", commands: []string{"serve", "sweep"},
		usage: "text or json", set: setLogFormat},
	{name: "log-level", standard: "info", commands: []string{"serve", "sweep"},
		usage: "debug, info, warn or error", set: setLogLevel},
	{name: "dry-run", flag: true, commands: []string{"sweep"},
		usage: "say what would be erased and why; change nothing", set: yes(func(c *Config) *bool { return &c.DryRun })},
	{name: "now", flag: true, commands: []string{"sweep"},
		usage: "do not wait for the grace (the evidence is still checked)", set: yes(func(c *Config) *bool { return &c.SkipGrace })},
	{name: "all", flag: true, commands: []string{"sweep"},
		usage: "erase every session and card, after asking", set: yes(func(c *Config) *bool { return &c.All })},
	{name: "yes", flag: true, commands: []string{"sweep"},
		usage: "with --all: do not ask", set: yes(func(c *Config) *bool { return &c.Yes })},
	{name: "format", standard: "text", flag: true, value: true, commands: []string{"lint"},
		usage: "how findings are written: text, json, sarif (SARIF 2.1.0) or github (workflow commands)", set: setFormat},
	{name: "from", flag: true, value: true, commands: []string{"convert"},
		usage: "read the file as this; cyclonedx:2 is the second model in it, hub:datasheet a README as one of a dataset; without it, what it is", set: text(func(c *Config) *string { return &c.From })},
	{name: "to", flag: true, value: true, commands: []string{"convert"},
		usage: "the format to write; cardstock formats lists them, and original is the file itself", set: text(func(c *Config) *string { return &c.To })},
	{name: "o", flag: true, value: true, commands: []string{"convert"},
		usage: "the file to write; without it, standard output", set: text(func(c *Config) *string { return &c.Out })},
	{name: "report", flag: true, value: true, commands: []string{"convert"},
		usage: "a file for what becomes of each answer, as JSON", set: text(func(c *Config) *string { return &c.Report })},
	{name: "min-score", flag: true, value: true, commands: []string{"lint"},
		usage: "exit 1 if a card's score is less than this, from 0 to 100, and for nothing else; without it, if anything essential is found", set: setMinScore},
}

// commands says what each command does, for --help.
var commands = [][2]string{
	{"serve", "serve the editor (the default)"},
	{"sweep", "erase what belongs to ended sessions, once, and say what was done; exit 3 if it held back"},
	{"sessions", "say how many sessions there are, how old and how large, without a word of what is in them; changes nothing"},
	{"lint", "lint FILE...: say what readers of these cards would miss, in any format that can be read, - for standard input; exit 1 if that is essential, 4 if a file is no card"},
	{"convert", "convert FILE --to FORMAT: write a card in another format, - for standard input; exit 5 if answers are left out, 4 if the file is no card"},
	{"formats", "list the formats that can be read and written"},
	{"healthcheck", "exit 0 if the server at --addr is ready"},
}

// parseConfig reads the settings of a command: defaults, then the environment, then the flags. Its error is one
// sentence that names the wrong setting.
func parseConfig(command string, args []string, env func(string) string) (*Config, error) {
	c := &Config{}
	fs := flag.NewFlagSet(command, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	var wrong error // the value of a flag, in our words instead of package flag's
	for _, s := range settings {
		if !slices.Contains(s.commands, command) {
			continue
		}
		if err := s.apply(c, fs, env, &wrong); err != nil {
			return nil, err
		}
	}
	switch err := c.parse(fs, args, command == "lint" || command == "convert"); {
	case wrong != nil:
		return nil, wrong
	case err != nil:
		return nil, err
	case fs.NArg() > 0:
		return nil, fmt.Errorf("%q is not a command or setting; see --help", fs.Arg(0))
	case c.All && c.DryRun:
		return nil, errors.New("the settings --all and --dry-run do not go together: --all erases everything")
	}
	return c, nil
}

// parse reads the flags. Files may stand before, between and after them; behind -- everything is a file.
func (c *Config) parse(fs *flag.FlagSet, args []string, files bool) error {
	var last []string
	if i := slices.Index(args, "--"); files && i >= 0 {
		args, last = args[:i], args[i+1:]
	}
	for {
		if err := fs.Parse(args); err != nil || !files {
			return err
		}
		if fs.NArg() == 0 {
			c.Files = append(c.Files, last...)
			return nil
		}
		c.Files, args = append(c.Files, fs.Arg(0)), fs.Args()[1:]
	}
}

// apply sets the default or the environment's value and registers the flag, which leaves in wrong what is wrong with it.
func (s *setting) apply(c *Config, fs *flag.FlagSet, env func(string) string, wrong *error) error {
	set := func(name, value string) error {
		if err := s.set(c, value); err != nil {
			return fmt.Errorf("the setting %s is wrong: %w", name, err)
		}
		return nil
	}
	given := func(value string) error {
		*wrong = set("--"+s.name, value)
		return *wrong
	}
	if s.flag && !s.value {
		fs.BoolFunc(s.name, s.usage, given)
		return nil
	}
	fs.Func(s.name, s.usage, given)
	if s.flag {
		return set("--"+s.name, s.standard)
	}
	name, value := s.name, s.standard
	if v := env("REDIS_URL"); v != "" && s.name == "redis-url" {
		name, value = "REDIS_URL", v
	}
	if v := env(s.env()); v != "" {
		name, value = s.env(), v
	}
	return set(name, value)
}

// help writes every command and setting with its default and environment name.
func help(w io.Writer) {
	fmt.Fprint(w, "Cardstock: a login-free editor for model cards and datasheets.\n\nUsage: cardstock [command] [settings]\n\nCommands:\n")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range commands {
		fmt.Fprintf(t, "  %s\t%s\n", c[0], c[1])
	}
	t.Flush()
	fmt.Fprint(w, "\nSettings:\n")
	for _, s := range settings {
		if s.flag {
			fmt.Fprintf(w, "  --%s (%s)\n      %s\n", s.name, strings.Join(s.commands, ", "), s.usage)
			continue
		}
		fmt.Fprintf(w, "  --%s  %s  default %q (%s)\n      %s\n", s.name, s.env(), s.standard, strings.Join(s.commands, ", "), s.usage)
	}
}
