package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// axeVersion of axe-core, which finds what keeps people out: contrast, names, roles, order.
const axeVersion = "4.14.1"

// axeScript fetches axe-core. It is in nobody's module cache, so npm brings it.
func axeScript(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	pack := exec.Command("npm", "pack", "--silent", "axe-core@"+axeVersion)
	pack.Dir = dir
	if out, err := pack.CombinedOutput(); err != nil {
		t.Fatalf("this test needs axe-core, which npm fetches (make tools installs it): %v\n%s", err, out)
	}
	if out, err := exec.Command("tar", "-xzf", filepath.Join(dir, "axe-core-"+axeVersion+".tgz"), "-C", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	script, err := os.ReadFile(filepath.Join(dir, "package", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(script)
}

// rules are some of axe's, as it takes them.
type rules string

const (
	everyRule rules = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	colours   rules = `{ type: "rule", values: ["color-contrast", "link-in-text-block"] }` // all that dark and light differ in
)

// accessible has axe look at the page as it is now.
func (b *tab) accessible(script string, r rules, name string) {
	b.t.Helper()
	if b.eval(`String(!window.axe)`) == "true" {
		b.eval(`(() => { ` + script + `; window.axe = axe })()`)
	}
	found := b.eval(`axe.run(document, { runOnly: ` + string(r) + `, preload: false, resultTypes: ["violations"] }).then((r) =>
		r.passes.length === 0 ? "it looked at nothing" : r.violations.map((v) => v.id + " (" + v.help + "): " + v.nodes.slice(0, 3).map((n) => n.target.join(" ") + " " + (n.any[0]?.message ?? "")).join("; ")).join("\n"))`)
	if found != "" {
		b.t.Errorf("%s: axe finds\n%s", name, found)
	}
}
