package sweep

import "context"

// All ends and erases every session, whatever row and key say: the operator asked. Sessions that begin while it runs
// may stay.
func (s *Sweeper) All(ctx context.Context) (Report, error) {
	p := s.start(PassOptions{Beside: true, Now: true})
	return p.finish(ctx, p.excuse(p.all(ctx)))
}

func (p *pass) all(ctx context.Context) error {
	// A visit between reading a row and ending it wins, so the last few need another round.
	for range 3 {
		found := 0
		for after := ""; ; {
			rows, err := p.db.LiveSessions(ctx, -1, after, batch)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			found += len(rows)
			if err := p.end(ctx, rows, false); err != nil {
				return err
			}
			after = rows[len(rows)-1].ID
		}
		if found == 0 {
			break
		}
		p.r.Looked = max(p.r.Looked, found)
	}
	return p.resume(ctx, p.now+1)
}
