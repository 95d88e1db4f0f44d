package handlers

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"cardstock/db"
)

// writeTime is how long a visitor may take for a reply; for one that is made while it is sent, for each pace bytes of it.
const (
	writeTime = 2 * time.Minute
	pace      = 1 << 20
)

// madeStream is a body that is written while it is read. If writing fails the connection is cut, so that the browser knows the file is
// not whole.
type madeStream struct {
	write func(ctx context.Context, w io.Writer) error
	ctx   context.Context // ends when the visitor leaves
	stop  context.CancelFunc
	conn  net.Conn
	log   *slog.Logger

	once  sync.Once
	r     *io.PipeReader
	until time.Time // when the visitor must have taken the next pace bytes
	taken int       // of these
}

// Read returns what has been written, and begins the writing. Asked again, the server has sent what it got before: who takes it at an even
// pace gets a large file also over a slow line, and the time that passes here until there is something to send is not theirs.
func (s *madeStream) Read(p []byte) (int, error) {
	s.once.Do(s.begin)
	asked := time.Now()
	n, err := s.r.Read(p)
	now := time.Now()
	s.until = s.until.Add(now.Sub(asked))
	if s.taken += n; s.taken >= pace {
		s.until, s.taken = now.Add(writeTime), 0
	}
	s.conn.SetWriteDeadline(s.until)
	return n, err
}

func (s *madeStream) begin() {
	s.until = time.Now().Add(writeTime)
	r, w := io.Pipe()
	s.r = r
	go func() {
		err := errPanicked
		defer func() {
			if what := recover(); what != nil {
				logPanic(s.log, what)
			}
			s.brokeOff(err)
			w.CloseWithError(err)
		}()
		err = s.write(s.ctx, w)
	}()
}

// brokeOff tells why a file is not whole, unless its visitor did not want the rest.
func (s *madeStream) brokeOff(err error) {
	many := (*tooMany)(nil)
	switch {
	case err == nil, s.ctx.Err() != nil:
	case errors.Is(err, db.ErrEnded), errors.As(err, &many):
		s.log.Warn("an archive broke off while it was sent", "cause", err)
	default:
		s.log.Error("an archive broke off while it was sent", "cause", err)
	}
}

// Close ends the writing, too, and whatever it waits for: the browser has gone, or has it all.
func (s *madeStream) Close() error {
	s.stop()
	s.once.Do(func() { s.r, _ = io.Pipe() })
	return s.r.Close()
}
