package handlers

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"cardstock/card/attach"
	"cardstock/db"
	"cardstock/limit"
)

const (
	readAtOnce = 2         // large files and pages
	largeFile  = 256 << 10 // bytes; takes a tenth of a second, and some megabytes
)

// inTurn takes a file of so many bytes apart, or makes a page of so much text. Few large ones are done at once: each may take a second and
// twenty times its size in memory, and an address may ask for a dozen at the same moment. The context ends when the visitor goes away, and who
// left before their turn has none. What read does must not wait for a turn itself.
func (a *app) inTurn(c *fiber.Ctx, size int64, read func(ctx context.Context) error) error {
	if size < largeFile {
		return read(c.UserContext())
	}
	ctx, stop := whileThere(c.UserContext(), c.Context().Conn())
	defer stop()
	leave, err := take(ctx, a.reading, a.who(c), heavyWait, "large files and pages at once")
	if err != nil {
		return err
	}
	defer leave()
	if err := read(ctx); err != nil {
		return whoLeft(ctx, err)
	}
	return nil
}

// take waits for a turn, at most so long. Whoever gets no error calls leave in the end.
func take(ctx context.Context, turns *limit.Turns, who limit.Who, most time.Duration, what string) (leave func(), err error) {
	waits, stop := context.WithTimeout(ctx, most)
	defer stop()
	if leave, err = turns.Take(waits, who); err == nil {
		return leave, nil
	}
	if ctx.Err() != nil {
		return nil, errLeft
	}
	return nil, &tooMany{what: what, wait: heavyWait, status: fiber.StatusServiceUnavailable}
}

// storedInTurn does the same with a file of a card, which is not held while others have their turn.
func (a *app) storedInTurn(c *fiber.Ctx, id, file string, read func(db.File, []byte) error) error {
	f, err := rows(c).FileInfo(c.UserContext(), id, file)
	if err != nil {
		return err
	}
	return a.inTurn(c, f.Size, func(ctx context.Context) error {
		f, data, err := rows(c).ReadFile(ctx, id, file)
		if err != nil {
			return err
		}
		return read(f, data)
	})
}

// cleaned takes a picture or a table apart.
func (a *app) cleaned(c *fiber.Ctx, data []byte) (file *attach.File, err error) {
	err = a.inTurn(c, int64(len(data)), func(context.Context) (err error) {
		file, err = attach.Clean(data)
		return err
	})
	return file, err
}
