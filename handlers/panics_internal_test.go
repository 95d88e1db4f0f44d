package handlers

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"cardstock/db"
)

// TestAPanicIsLoggedWithoutItsText: the value of a panic may hold what a visitor wrote, in a handler and in a save, which runs elsewhere.
func TestAPanicIsLoggedWithoutItsText(t *testing.T) {
	schema, err := os.ReadFile("../schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	store, err := db.Open(t.Context(), db.Options{Path: filepath.Join(t.TempDir(), "cards.db"), Schema: string(schema)})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var log bytes.Buffer
	a := &app{Options: Options{Log: slog.New(slog.NewTextHandler(&log, nil))}}
	var said error
	f := fiber.New(fiber.Config{ErrorHandler: func(c *fiber.Ctx, err error) error { said = err; return c.SendStatus(500) }})
	f.Use(a.catchPanics())
	f.Get("/here", func(*fiber.Ctx) error { panic("SECRET") })
	f.Get("/there", func(*fiber.Ctx) error {
		return store.Write(context.Background(), func(*db.Tx) error { panic("SECRET") })
	})
	f.Get("/index", func(*fiber.Ctx) error { return []error(nil)[len(log.String())] })
	for path, want := range map[string]string{"/here": "what=string", "/there": "what=string", "/index": "index out of range"} {
		log.Reset()
		r, err := f.Test(httptest.NewRequest("GET", path, nil))
		if err != nil || r.StatusCode != 500 || said == nil {
			t.Fatal(path, r, err)
		}
		text := log.String() + said.Error()
		if strings.Contains(text, "SECRET") || !strings.Contains(text, want) || !strings.Contains(text, "panics_internal_test.go") || !strings.Contains(text, "route="+path) {
			t.Errorf("%s: the log says %s", path, text)
		}
	}
}
