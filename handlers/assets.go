package handlers

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"

	"cardstock/card/format"
)

// asset is a static file in the forms it is served in, made once at start.
type asset struct {
	mediaType       string
	plain, gzip, br []byte
}

// assets are the static files by their hashed name: a new content is a new address, so
// a browser never needs to ask again.
type assets struct {
	byName map[string]*asset // app.3f2a….css
	hashed map[string]string // app.css → app.3f2a….css
}

func loadAssets(fsys fs.FS) (*assets, error) {
	as := &assets{byName: map[string]*asset{}, hashed: map[string]string{}}
	files, err := fs.Glob(fsys, "*.*")
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		as.add(name, data)
	}
	as.add("reader.css", format.ReaderCSS()) // the style of the card as its reader sees it is one with the HTML export's
	return as, nil
}

func (as *assets) add(name string, data []byte) {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	hashed := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	packed, ok := packings.Load(sum)
	if !ok {
		packed = pack(data)
		packings.Store(sum, packed)
	}
	p := packed.(packing)
	as.byName[hashed] = &asset{mime.TypeByExtension(ext), data, p.gz, p.br}
	as.hashed[name] = hashed
}

// packings holds what was compressed in this process, by the hash of its content: as well as possible takes as long as all the rest of
// starting, and there may be several applications in a process, as in the tests.
var packings sync.Map

type packing struct{ gz, br []byte }

func pack(data []byte) packing {
	var gz, br bytes.Buffer
	g, _ := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	g.Write(data)
	g.Close()
	b := brotli.NewWriterLevel(&br, brotli.BestCompression)
	b.Write(data)
	b.Close()
	return packing{gz.Bytes(), br.Bytes()}
}

func (as *assets) serve(c *fiber.Ctx) error {
	f := as.byName[c.Params("file")]
	if f == nil {
		return fiber.ErrNotFound
	}
	c.Set(fiber.HeaderContentType, f.mediaType)
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptEncoding)
	accepted := c.Get(fiber.HeaderAcceptEncoding)
	switch {
	case strings.Contains(accepted, "br"):
		c.Set(fiber.HeaderContentEncoding, "br")
		return c.Send(f.br)
	case strings.Contains(accepted, "gzip"):
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(f.gzip)
	}
	return c.Send(f.plain)
}

// precompressed tells the compressing middleware what it need not look at.
func (a *app) precompressed(c *fiber.Ctx) bool {
	return strings.HasPrefix(c.Path(), "/static/") || c.Path() == "/session.zip"
}
