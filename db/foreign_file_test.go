package db

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
)

// A database of another program is refused, whatever version it says of itself, and no table is added to it.
func TestAnotherProgramsDatabaseIsRefused(t *testing.T) {
	register()
	for _, version := range []string{"0", "1", "4", "99"} {
		path := filepath.Join(t.TempDir(), "theirs.db")
		theirs, err := sqlx.Open(driver, path)
		if err != nil {
			t.Fatal(err)
		}
		theirs.MustExec("CREATE TABLE recipe (name TEXT); PRAGMA user_version = " + version)
		if d, err := Open(t.Context(), Options{Path: path, Schema: schemaText(t)}); err == nil {
			d.Close()
			t.Errorf("version %s: opened", version)
		} else if !strings.HasPrefix(err.Error(), "database "+path+": this is the database of another program") {
			t.Errorf("version %s: %v", version, err)
		}
		var tables string
		if err := theirs.Get(&tables, "SELECT group_concat(name) FROM sqlite_schema"); err != nil || tables != "recipe" {
			t.Errorf("version %s: %s, %v", version, tables, err)
		}
		theirs.Close()
	}
}

// A file that is damaged in its middle is told of with its name, as one that is in its head.
func TestADamagedPageIsToldOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "cards.db")
	d := openAt(t, path)
	d.Checkpoint(t.Context())
	d.Close()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteAt([]byte(strings.Repeat("\xff", 4096*8)), 4096)
	f.Close()
	if d, err := Open(t.Context(), Options{Path: path, Schema: schemaText(t)}); err == nil {
		d.Close()
		t.Error("opened")
	} else if !strings.HasPrefix(err.Error(), "database "+path+": this file is damaged") {
		t.Error(err)
	}
}
