package db

import (
	"strings"
	"testing"
)

// Every table that holds something of a visitor has the session's id first in its key.
func TestEveryTableIsKeyedBySession(t *testing.T) {
	d, _ := cardsDB(t)
	var tables []string
	if err := d.reader.Select(&tables, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"); err != nil {
		t.Fatal(err)
	}
	free := map[string]bool{"meta": true, "session": true, "lease": true} // hold nothing a visitor wrote
	for _, table := range tables {
		var first string
		d.reader.Get(&first, "SELECT name FROM pragma_table_info(?) WHERE pk = 1", table)
		if !free[table] && first != "session_id" {
			t.Errorf("the key of %s begins with %s", table, first)
		}
		var strict int
		if err := d.reader.Get(&strict, "SELECT strict FROM pragma_table_list WHERE name = ?", table); err != nil || strict != 1 {
			t.Errorf("%s is not STRICT (%v)", table, err)
		}
		var unindexed []string
		err := d.reader.Select(&unindexed, `
			SELECT group_concat("from") FROM (SELECT id, "from" FROM pragma_foreign_key_list(?) ORDER BY id, seq) GROUP BY id`, table)
		if err != nil {
			t.Fatal(err)
		}
		for _, columns := range unindexed {
			if table == "field" { // by card is enough: see schema.sql
				columns = "session_id,card_id"
			}
			if !indexed(t, d, table, columns) {
				t.Errorf("%s: no index starts with the foreign key (%s)", table, columns)
			}
		}
	}
}

func indexed(t *testing.T, d *DB, table, columns string) bool {
	t.Helper()
	var indexes []string
	err := d.reader.Select(&indexes, `
		SELECT (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno)) FROM pragma_index_list(?) AS l`, table)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range indexes {
		if strings.HasPrefix(i+",", columns+",") {
			return true
		}
	}
	return false
}
