package db

import (
	"context"
	"database/sql"
	"strings"

	"github.com/jmoiron/sqlx"
)

// Tx is a transaction under way. It is a connection on which one was begun, not an sql.Tx: that one starts a goroutine for each
// query, which takes as long as the query.
type Tx struct {
	*sqlx.Conn
	over  bool // committed or rolled back, the connection given back
	wrote bool // since it was last set to false: something other than a SELECT was begun
}

// ExecContext is sqlx.Conn's, and notes that something is written.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	tx.wrote = true
	return tx.Conn.ExecContext(ctx, query, args...)
}

// GetContext and SelectContext are sqlx.Conn's, and note that something is written, for which they are used with RETURNING.
func (tx *Tx) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	tx.writes(query)
	return tx.Conn.GetContext(ctx, dest, query, args...)
}

func (tx *Tx) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	tx.writes(query)
	return tx.Conn.SelectContext(ctx, dest, query, args...)
}

func (tx *Tx) writes(query string) {
	tx.wrote = tx.wrote || !strings.HasPrefix(strings.TrimSpace(query), "SELECT")
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
