package db

import (
	"context"

	"github.com/jmoiron/sqlx"
)

// Tx is a transaction under way. It is a connection on which one was begun, not an sql.Tx: that one starts a goroutine for each
// query, which takes as long as the query.
type Tx struct {
	*sqlx.Conn
	over bool // committed or rolled back, the connection given back
}

// begin begins a transaction on a connection of the pool.
func begin(ctx context.Context, pool *sqlx.DB, how string) (*Tx, error) {
	c, err := pool.Connx(ctx)
	if err != nil {
		return nil, err
	}
	tx := &Tx{Conn: c}
	if err := tx.do(how); err != nil {
		c.Close()
		return nil, err
	}
	return tx, nil
}

func (tx *Tx) do(command string) error {
	_, err := tx.ExecContext(context.Background(), command)
	return err
}

// commit commits the transaction and ends it, whatever comes of it.
func (tx *Tx) commit() error {
	err := tx.do("COMMIT")
	if err == nil {
		tx.over = true
		tx.Conn.Close()
	}
	tx.end()
	return err
}

// end rolls back what is not committed and gives the connection back.
func (tx *Tx) end() {
	if tx.over {
		return
	}
	tx.over = true
	tx.do("ROLLBACK") // fails if the engine has done it already
	tx.Conn.Close()
}
