package e2e

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"cardstock/card"
	"cardstock/db"
	"cardstock/session"
)

// A disk can be made full, and given room again.
type disk interface {
	fill()
	free()
}

// limit stands for a full disk where nobody may mount one: the process may not write to files.
type limit struct{ *app }

func (l limit) fill() { l.set("0") }
func (l limit) free() { l.set("unlimited") }

func (l limit) set(most string) {
	l.t.Helper()
	out, err := exec.Command("prlimit", "--pid", strconv.Itoa(l.cmd.Process.Pid), "--fsize="+most+":").CombinedOutput()
	if err != nil {
		l.t.Fatalf("this test needs prlimit (apt-get install util-linux): %v %s", err, out)
	}
}

// small is a real file system of 32 MB in memory.
type small struct{ *app }

func (s small) ballast() string { return filepath.Join(s.dir, "ballast") }

// fill leaves the room alone that a sweep has just made by giving up the reserve: with it taken nobody could erase.
func (s small) fill() {
	s.t.Helper()
	f, err := os.OpenFile(s.ballast(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	for err == nil && sizeOf(s.app, ".reserve") > 0 {
		_, err = f.Write(make([]byte, 4096))
	}
}

func (s small) free() { os.Remove(s.ballast()) }

// onSmallDisk starts the server on a small file system. Where this process may not mount one the test is skipped, and says so.
func onSmallDisk(t *testing.T, args ...string) *app {
	t.Helper()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=32m,mode=700", "cardstock-test", dir).CombinedOutput(); err != nil {
		t.Skipf("this process may not mount a small file system (%s)", strings.TrimSpace(string(out)))
	}
	t.Cleanup(func() { exec.Command("umount", dir).Run() })
	a := &app{t: t, dir: dir, args: args}
	a.run("127.0.0.1:0")
	t.Cleanup(a.kill)
	return a
}

// TestFullDisk fills the disk under a running server: what is typed stays with the one who typed it, reading goes on, and saving
// goes on when there is room again, without a restart.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	t.Run("limit", func(t *testing.T) {
		a := start(t, "--sweep-interval", "200ms", "--limits", "off")
		fullDisk(t, a, limit{a})
	})
	t.Run("file system", func(t *testing.T) {
		a := onSmallDisk(t, "--sweep-interval", "200ms", "--limits", "off")
		eventually(t, 10*time.Second, "the reserve is there", func() bool { return sizeOf(a, ".reserve") == 8<<20 })
		fullDisk(t, a, small{a})
	})
}

func fullDisk(t *testing.T, a *app, d disk) {
	v := a.visitor()
	_, _, card := v.post("/cards", "template", "model")
	d.fill()
	last := untilFull(t, d, v, card)
	for range 20 {
		for _, path := range []string{"/fields/model_details.type", "/sections/model_details"} {
			status, page, _ := v.post(card+path, "_method", "PUT", "answer.model_details.type", refused, "rev.model_details.type", card0(last).String())
			if status != 507 || !strings.Contains(page, refused+"</textarea>") || !strings.Contains(page, "disk is full") {
				t.Fatalf("%s on a full disk: %d, the text is kept: %t: %s", path, status, strings.Contains(page, refused), strings.Join(strings.Fields(page[max(0, strings.Index(page, "<main")):]), " "))
			}
		}
	}
	if status, page, _ := v.post("/cards", "template", "model"); status != 507 || !strings.Contains(page, "Nothing was saved") {
		t.Errorf("a new card: %d", status)
	}
	if status, _ := v.get("/readyz"); status != 503 {
		t.Errorf("readyz: %d", status)
	}
	for _, path := range []string{"/", card, card + "/preview", card + ".json", card + ".html", "/session"} {
		if status, page := v.get(path); status != 200 || strings.HasSuffix(path, ".json") && !strings.Contains(page, last) {
			t.Errorf("reading %s on a full disk: %d", path, status)
		}
	}
	d.free()
	// If a sweep met the full disk, saves wait for the next one: it takes room for erasing first.
	eventually(t, 5*time.Second, "saving goes on", func() bool {
		status, page, _ := v.post(card+"/sections/model_details", "_method", "PUT", "answer.model_details.type", refused, "rev.model_details.type", card0(last).String())
		return status == 200 && strings.Contains(page, refused)
	})
	log := a.logged()
	if n := strings.Count(log, "nothing can be saved"); n < 1 || n > 2 || strings.Count(log, "saving works again") != 1 || strings.Contains(log, "status=500") || strings.Count(log, "level=ERROR") > n+2 {
		t.Errorf("the log has %d lines of it: %s", n, log)
	}
}

var refused = strings.Repeat("zebra ", 2000) + "crossing"

// card0 is the revision of the answer that untilFull saved last.
func card0(last string) card.Rev {
	n, _, _ := strings.Cut(last, " ")
	i, _ := strconv.ParseInt(n, 10, 64)
	return card.RevOf(i, last)
}

// untilFull saves until there is no room any more; there may be some left in files that are there, or a sweep makes some. It returns the
// text that was saved last. New cards want more room than a log that begins anew has.
func untilFull(t *testing.T, d disk, v *visitor, path string) string {
	t.Helper()
	last := ""
	for n := 1; n < 2000; n++ {
		if n%5 == 0 {
			d.fill()
			v.post("/cards", "template", "model")
		}
		text := fmt.Sprintf("%d ", n) + strings.Repeat("goes on and ", 2000)
		status, _, _ := v.post(path+"/fields/model_details.type", "_method", "PUT", "answer.model_details.type", text, "rev.model_details.type", card0(last).String())
		switch status {
		case 200:
			last = text
		case 507:
			t.Logf("%d saves had room", n-1)
			return last
		default:
			t.Fatalf("save %d: %d", n, status)
		}
	}
	t.Fatal("the disk is never full")
	return ""
}

// TestErasingOnAFullDisk ends sessions by their visitor and by their time while the disk is full. That makes room, so saving
// goes on although nobody tidied up the disk.
func TestErasingOnAFullDisk(t *testing.T) {
	t.Parallel()
	a := onSmallDisk(t, "--sweep-interval", "4s", "--limits", "off") // db.TestEraseOnAFullDisk shows what can be shown without one
	eventually(t, 5*time.Second, "the reserve is there", func() bool { return sizeOf(a, ".reserve") == 8<<20 })
	v, stays := a.visitor(), a.visitor()
	large := exported(t, v) + strings.Repeat(" ", 1<<20)
	for range 3 {
		v.post("/cards/import", "text", large)
	}
	_, _, card := stays.post("/cards", "template", "model")
	ended(t, a, 25, 3*time.Second)
	small{a}.fill()
	untilFull(t, small{a}, stays, card)
	was := sizeOf(a, "")
	if status, _, where := v.post("/session", "_method", "DELETE"); status != 200 || where != "/" {
		t.Fatalf("erasing on a full disk: %d %s\n%s", status, where, a.logged())
	}
	// Who saves must not use up what erasing needs. On a slow machine a sweep has made room meanwhile.
	late, n := a.visitor(), 0
	for ; n < 20; n++ {
		if status, _, _ := late.post("/cards/import", "text", large); status == 507 {
			break
		}
	}
	t.Logf("%d large uploads had room after the reserve was given up", n)
	if n > 0 {
		late.post("/session", "_method", "DELETE")
	}
	eventually(t, 30*time.Second, "those that ended are erased", func() bool { return rows(a, "session") == 1 })
	eventually(t, 30*time.Second, "the file shrinks", func() bool { return sizeOf(a, "") < was-2<<20 })
	eventually(t, 30*time.Second, "the reserve is made again", func() bool { return sizeOf(a, ".reserve") == 8<<20 })
	eventually(t, 30*time.Second, "saving goes on", func() bool {
		status, _, _ := stays.post("/cards", "template", "datasheet")
		return status == 200
	})
	t.Logf("the file was %d KB and is %d KB", was>>10, sizeOf(a, "")>>10)
}

// TestReadOnlyFileSystem starts the server where it may read and not write.
func TestReadOnlyFileSystem(t *testing.T) {
	t.Parallel()
	a := onSmallDisk(t) // TestDatabaseThatCannotBeUsed has the other reasons
	a.kill()
	if out, err := exec.Command("mount", "-o", "remount,ro", a.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, code := a.command("serve", "--addr", "127.0.0.1:0")
	if code != 1 || strings.Count(out, "\n") != 1 || !strings.Contains(out, "cards.db: ") || !strings.Contains(out, "read-only file system") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func sizeOf(a *app, suffix string) int64 {
	info, err := os.Stat(filepath.Join(a.dir, "cards.db"+suffix))
	if err != nil {
		return 0
	}
	return info.Size()
}

func rows(a *app, table string) int {
	c := beside(a.t, a.dir)
	defer c.Close()
	n := -1
	c.Get(&n, "SELECT COUNT(*) FROM "+table)
	return n
}

// exported is the export of a new card.
func exported(t *testing.T, v *visitor) string {
	t.Helper()
	_, _, card := v.post("/cards", "template", "model")
	status, text := v.get(card + ".json")
	if status != 200 {
		t.Fatal(status)
	}
	return text
}

// ended makes sessions with large uploads that all end after ttl, and returns when the first does.
func ended(t *testing.T, a *app, n int, ttl time.Duration) time.Time {
	t.Helper()
	ctx := t.Context()
	d, err := db.Open(ctx, db.Options{Path: filepath.Join(a.dir, "cards.db"), Schema: schemaText(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	keeper, err := session.New(ctx, d, nil, session.Options{TTL: ttl})
	if err != nil {
		t.Fatal(err)
	}
	upload := &db.Upload{Name: "big", Format: "cardstock", Bytes: make([]byte, 700<<10)}
	first := time.Now().Add(ttl)
	for i := range n {
		v, err := keeper.Visit(ctx, "")
		if err == nil {
			_, err = v.Scope().CreateCard(ctx, model(t).New(), []*db.Upload{upload, nil, nil, nil, nil}[i%5])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return first
}

// TestFullDiskInABrowser types on a full disk: the page says so, the words stay, and they are saved when there is room.
func TestFullDiskInABrowser(t *testing.T) {
	t.Parallel()
	a := start(t)
	b := a.browser()
	b.open("/")
	b.run(chromedp.Click(`button[value=model]`), chromedp.WaitReady("#add-file"))
	b.section("Factors")
	limit{a}.fill()
	b.typeInto("factors.relevant", "typed on a full disk")
	eventually(t, 10*time.Second, "says not saved", func() bool {
		return strings.Contains(b.state("factors.relevant"), "Not saved yet: the server’s disk is full")
	})
	b.run(chromedp.Click("#save"))
	time.Sleep(time.Second)
	if got := b.answer("factors.relevant"); got != "typed on a full disk" {
		t.Errorf("after the Save button the box holds %q", got)
	}
	if n := b.eval(`document.querySelectorAll(".toast").length`); n != "1" {
		t.Errorf("%s messages say that the disk is full", n)
	}
	limit{a}.free()
	b.saved("factors.relevant")
	section := url.PathEscape("factors")
	b.open(strings.Split(b.path(), "/sections/")[0] + "/sections/" + section)
	if got := b.answer("factors.relevant"); got != "typed on a full disk" {
		t.Errorf("stored: %q", got)
	}
}
