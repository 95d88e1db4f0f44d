package handlers_test

import (
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What the database must hold, as text: one line for each row with all its columns, lines sorted, sessions sorted by id. Left
// out are ids of revisions, which only the server knows until a visitor has read the history. The random test adds no pictures and
// tables, so there is never a row of them; what becomes of them is in attachments_test.go.

const (
	between = "\x1f" // columns
	after   = "\x1e" // rows
)

// everyRow is the same text from the database: one result for each session.
const everyRow = `
	SELECT sid,
	       group_concat(line, char(30))
	FROM (
	  SELECT id AS sid,
	         concat_ws(char(31), 'session', id, coalesce(token_hash, ''), coalesce(ended_hash, ''), ttl, shared, created_at, touched_at, expires_at,
	                   keyed_until, coalesce(missing_since, '')) AS line
	  FROM session
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'card', id, kind, template, title, created_at, changed_at, predecessor,
	                               coalesce(deleted_at, 0)) FROM card
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'section', card_id, key, position, title, custom) FROM section
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'field', card_id, key, section_key, position, label, kind, essential, custom, shape, answer,
	                               answered, rev, saved_at, kept, added_at) FROM field
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'revision', card_id, field_key, label, before, rev, started_at, saved_at) FROM revision
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'file', card_id, id, role, name, format, size, created_at) FROM file
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'uses', card_id, datasheet_id) FROM card_datasheet
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'chunk', card_id, file_id, n, CAST(bytes AS TEXT)) FROM chunk
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'attachment', card_id, id, section_key, position, name, caption, alt, media_type, size, width, height,
	                               removed, created_at) FROM attachment
	  UNION ALL
	  SELECT session_id, concat_ws(char(31), 'attachment_chunk', card_id, attachment_id, n, hex(bytes)) FROM attachment_chunk
	  ORDER BY sid, line
	)
	GROUP BY sid
	ORDER BY sid`

// ledger reads the database beside the application.
type ledger struct {
	db         *sql.DB
	every, own *sql.Stmt
	changes    *sql.Stmt
}

func (s *server) ledger(t testing.TB) *ledger {
	t.Helper()
	d, err := sql.Open("sqlite3", "file:"+s.db.Path()+"?_query_only=1&_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	d.SetMaxOpenConns(1)
	l := &ledger{db: d}
	if l.every, err = d.Prepare(everyRow); err != nil {
		t.Fatal(err)
	}
	if l.changes, err = d.Prepare("PRAGMA data_version"); err != nil {
		t.Fatal(err)
	}
	if l.own, err = d.Prepare("SELECT id FROM session WHERE token_hash = ?"); err != nil {
		t.Fatal(err)
	}
	return l
}

// version changes with every commit of the application.
func (l *ledger) version(t testing.TB) (n int64) {
	t.Helper()
	if err := l.changes.QueryRow().Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// all returns the rows of all sessions, by session id.
func (l *ledger) all(t testing.TB) map[string]string {
	t.Helper()
	rows, err := l.every.Query()
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var id, text string
		if err := rows.Scan(&id, &text); err != nil {
			t.Fatal(err)
		}
		found[id] = text
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return found
}

func row(values ...any) string {
	parts := make([]string, len(values))
	for i, v := range values {
		switch v := v.(type) {
		case string:
			parts[i] = v
		case int:
			parts[i] = strconv.Itoa(v)
		case int64:
			parts[i] = strconv.FormatInt(v, 10)
		case bool:
			parts[i] = map[bool]string{false: "0", true: "1"}[v]
		}
	}
	return strings.Join(parts, between)
}

// rows are the lines of a card, sorted.
func (c *mCard) rows() []string {
	lines := []string{row("card", c.id, c.kind, c.template, c.title, c.created, c.changed, c.predecessor, c.deleted)}
	for i, s := range c.sections {
		lines = append(lines, row("section", c.id, s.key, i, s.title, s.custom))
		for j, f := range s.fields {
			lines = append(lines, row("field", c.id, f.key, s.key, j, f.label, f.kind, f.essential, f.custom, f.shape(), f.answer,
				f.answered(), f.rev, f.saved, f.kept, f.added))
		}
	}
	for _, r := range c.earlier {
		lines = append(lines, row("revision", c.id, r.field, r.label, r.before, r.rev, r.started, r.saved))
	}
	for _, f := range c.files {
		lines = append(lines, row("file", c.id, f.id, f.role, f.name, f.format, len(f.content), f.created), row("chunk", c.id, f.id, 0, f.content))
	}
	return lines
}

// shape is what the row of a field says of options and columns.
func (f *mField) shape() string {
	if len(f.options) == 0 && len(f.columns) == 0 {
		return ""
	}
	return strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(jsonText(struct {
		Options []string  `json:"options,omitempty"`
		Columns []mColumn `json:"columns,omitempty"`
	}{f.options, f.columns}, ""))
}

// rows are all lines of a session.
func (k *kept) rows(hash string, cards []*mCard) string {
	lines := []string{row("session", k.id, hash, "", k.ttl, k.shared, k.created, k.touched, k.touched+k.ttl, 0, "")}
	for _, c := range cards {
		if c.lines == "" {
			c.lines = strings.Join(c.rows(), after)
		}
		lines = append(lines, strings.Split(c.lines, after)...)
		for _, sheet := range c.uses {
			if slices.ContainsFunc(cards, func(c *mCard) bool { return c.id == sheet }) { // the link goes with it
				lines = append(lines, row("uses", c.id, sheet))
			}
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, after)
}

// The shape of Cardstock JSON, in which a card is exported and imported.
type (
	jCard struct {
		Format   string     `json:"format"`
		Kind     string     `json:"kind"`
		Template string     `json:"template"`
		Title    string     `json:"title"`
		Sections []jSection `json:"sections"`
	}
	jSection struct {
		Key    string   `json:"key"`
		Title  string   `json:"title"`
		Custom bool     `json:"custom,omitempty"`
		Fields []jField `json:"fields"`
	}
	jField struct {
		Key       string    `json:"key"`
		Label     string    `json:"label"`
		Kind      string    `json:"kind"`
		Essential bool      `json:"essential,omitempty"`
		Custom    bool      `json:"custom,omitempty"`
		Options   []string  `json:"options,omitempty"`
		Columns   []mColumn `json:"columns,omitempty"`
		Answer    any       `json:"answer"`
	}
)

// asJSON is the card's export, and also a file to upload.
func (c *mCard) asJSON() string {
	if c.export != "" {
		return c.export
	}
	out := jCard{"cardstock/1", c.kind, c.template, c.title, []jSection{}}
	for _, s := range c.sections {
		js := jSection{s.key, s.title, s.custom, []jField{}}
		for _, f := range s.fields {
			js.Fields = append(js.Fields, jField{f.key, f.label, f.kind, f.essential, f.custom, f.options, f.columns, f.asJSON()})
		}
		out.Sections = append(out.Sections, js)
	}
	c.export = jsonText(out, "  ") + "\n"
	return c.export
}

func (f *mField) asJSON() any {
	switch {
	case f.kind == "list" && f.answer == "":
		return []string{}
	case f.kind == "list":
		return strings.Split(f.answer, "\n")
	case f.kind == "table":
		return append([]map[string]string{}, tableRows(f.answer)...)
	}
	return f.answer
}
