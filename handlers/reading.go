package handlers

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card/attach"
	"cardstock/db"
)

const (
	readAtOnce = 2         // large files and pages
	largeFile  = 256 << 10 // bytes; takes a tenth of a second, and some megabytes
)

// inTurn takes a file of so many bytes apart, or makes a page of so much text. Few large ones are done at once: each may take a second and
// twenty times its size in memory, and an address may ask for a dozen at the same moment. What read does must not wait for a turn itself.
func (a *app) inTurn(size int64, read func() error) error {
	if size < largeFile {
		return read()
	}
	select {
	case a.reading <- struct{}{}:
		defer func() { <-a.reading }()
		return read()
	case <-time.After(heavyWait):
		return &tooMany{what: "large files and pages at once", wait: heavyWait, status: fiber.StatusServiceUnavailable}
	}
}

// storedInTurn does the same with a file of a card, which is not held while others have their turn.
func (a *app) storedInTurn(c *fiber.Ctx, id, file string, read func(db.File, []byte) error) error {
	f, err := rows(c).FileInfo(c.UserContext(), id, file)
	if err != nil {
		return err
	}
	return a.inTurn(f.Size, func() error {
		f, data, err := rows(c).ReadFile(c.UserContext(), id, file)
		if err != nil {
			return err
		}
		return read(f, data)
	})
}

// cleaned takes a picture or a table apart.
func (a *app) cleaned(data []byte) (file *attach.File, err error) {
	err = a.inTurn(int64(len(data)), func() (err error) {
		file, err = attach.Clean(data)
		return err
	})
	return file, err
}
