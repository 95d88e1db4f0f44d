package session

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// What the sweeper asks of Redis: many keys at once in pipelines, from masters only, and who that Redis is.

const (
	bulkSize     = 1000            // commands in one pipeline; Redis answers them in about 2 ms
	bulkTime     = 2 * time.Second // the longest a pipeline may take
	shardMarks   = 64              // sentinel keys in a Cluster, so that each shard has some
	forever      = -1 * time.Nanosecond
	absent       = -2 * time.Nanosecond
	clockSkewKey = "server_time_usec"
)

// An Expiry is what Redis says about a key: how long it still lives, or one of the two below.
type Expiry time.Duration

// The expiries that are no duration.
const (
	Absent  = Expiry(absent)  // there is no such key
	Forever = Expiry(forever) // the key has lost its time to live
)

// Expiries asks how long the keys of these hashes still live.
func (k *Keys) Expiries(ctx context.Context, hashes []string) ([]Expiry, error) {
	left := make([]Expiry, 0, len(hashes))
	for part := range slices.Chunk(hashes, bulkSize) {
		cmds, err := k.pipeline(ctx, func(ctx context.Context, p redis.Pipeliner) {
			for _, h := range part {
				p.PTTL(ctx, keyPrefix+h)
			}
		})
		if err != nil {
			return nil, err
		}
		for _, c := range cmds {
			left = append(left, Expiry(c.(*redis.DurationCmd).Val()))
		}
	}
	return left, nil
}

// A Key is one to be set.
type Key struct {
	Hash string
	TTL  time.Duration
}

// SetAll sets the keys, whatever they were before.
func (k *Keys) SetAll(ctx context.Context, keys []Key) error {
	for part := range slices.Chunk(keys, bulkSize) {
		_, err := k.pipeline(ctx, func(ctx context.Context, p redis.Pipeliner) {
			for _, key := range part {
				p.Set(ctx, keyPrefix+key.Hash, keyValue, max(key.TTL, time.Millisecond))
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// DeleteAll deletes the keys of these hashes. When it returns nil, all are gone for certain.
func (k *Keys) DeleteAll(ctx context.Context, hashes []string) error {
	for part := range slices.Chunk(hashes, bulkSize) {
		_, err := k.pipeline(ctx, func(ctx context.Context, p redis.Pipeliner) {
			for _, h := range part {
				p.Del(ctx, keyPrefix+h)
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// pipeline sends many commands at once.
func (k *Keys) pipeline(ctx context.Context, fill func(ctx context.Context, p redis.Pipeliner)) ([]redis.Cmder, error) {
	limited, cancel := context.WithTimeout(ctx, bulkTime)
	defer cancel()
	p := k.store.Conn().Pipeline()
	fill(limited, p)
	begun := k.breaker.begun()
	cmds, err := p.Exec(limited)
	k.note(ctx, begun, err)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRedis, err)
	}
	return cmds, nil
}

// Identity is what tells one Redis, and one state of it, from another.
type Identity struct {
	Mark    string            `json:"mark"`    // what our sentinel keys say; "" if one is missing
	Masters map[string]Master `json:"masters"` // by run_id, which a restart changes
}

// Master is what one master says about itself.
type Master struct {
	Evicted int64 `json:"evicted"` // keys it threw away for want of memory
	Skew    int64 `json:"skew"`    // milliseconds its clock is ahead of ours
}

// Identify asks who Redis is. instance names the database file, now is our clock.
func (k *Keys) Identify(ctx context.Context, instance string, now func() time.Time) (Identity, error) {
	limited, cancel := context.WithTimeout(ctx, bulkTime)
	defer cancel()
	id := Identity{Masters: map[string]Master{}}
	begun := k.breaker.begun()
	var mu sync.Mutex
	err := k.eachMaster(limited, func(ctx context.Context, c redis.Cmdable) error {
		info, err := c.Info(ctx).Result()
		if err != nil {
			return err
		}
		run, m := readInfo(info, now())
		mu.Lock()
		defer mu.Unlock()
		id.Masters[run] = m
		return nil
	})
	if err == nil {
		id.Mark, err = k.mark(limited, instance)
	}
	k.noteAll(ctx, begun, err)
	if err != nil {
		return id, fmt.Errorf("%w: %w", ErrRedis, err)
	}
	return id, nil
}

func (k *Keys) eachMaster(ctx context.Context, fn func(ctx context.Context, c redis.Cmdable) error) error {
	conn := k.store.Conn()
	if cluster, ok := conn.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, c *redis.Client) error { return fn(ctx, c) })
	}
	return fn(ctx, conn)
}

// readInfo takes from the reply to INFO what we need of it.
func readInfo(info string, now time.Time) (run string, m Master) {
	for lines := bufio.NewScanner(strings.NewReader(info)); lines.Scan(); {
		name, value, _ := strings.Cut(strings.TrimSpace(lines.Text()), ":")
		switch name {
		case "run_id":
			run = value
		case "evicted_keys":
			m.Evicted, _ = strconv.ParseInt(value, 10, 64)
		case clockSkewKey:
			if us, err := strconv.ParseInt(value, 10, 64); err == nil {
				m.Skew = us/1000 - now.UnixMilli()
			}
		}
	}
	return run, m
}

// sentinels are the keys, without a time to live, by which we know this Redis again.
func (k *Keys) sentinels(instance string) []string { return k.spread(sentinelPrefix + instance) }

// spread makes of a name as many as it takes for each shard to have one: in a Cluster a key lies on one shard.
func (k *Keys) spread(name string) []string {
	if _, ok := k.store.Conn().(*redis.ClusterClient); !ok {
		return []string{name}
	}
	names := make([]string, shardMarks)
	for i := range names {
		names[i] = fmt.Sprintf("%s:%d", name, i)
	}
	return names
}

// getAll reads the keys of these names; one that is missing is "".
func (k *Keys) getAll(ctx context.Context, names []string) ([]string, error) {
	p := k.store.Conn().Pipeline()
	for _, name := range names {
		p.Get(ctx, name)
	}
	cmds, _ := p.Exec(ctx)
	values := make([]string, len(cmds))
	for i, c := range cmds {
		if err := c.Err(); err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
		values[i] = c.(*redis.StringCmd).Val()
	}
	return values, nil
}

// mark returns what all sentinels say, "" if one is missing or differs.
func (k *Keys) mark(ctx context.Context, instance string) (string, error) {
	values, err := k.getAll(ctx, k.sentinels(instance))
	if err != nil || len(slices.Compact(values)) != 1 {
		return "", err
	}
	return values[0], nil
}

// Mark sets the sentinel keys to a mark that was never used before. Each attempt needs one of its own: of a command that is sent again after the
// connection broke, the first copy may be done last, and bring the mark back to a Redis that has lost its keys meanwhile.
func (k *Keys) Mark(ctx context.Context, instance, mark string) error {
	_, err := k.pipeline(ctx, func(ctx context.Context, p redis.Pipeliner) {
		for _, name := range k.sentinels(instance) {
			_ = p.Process(ctx, once{redis.NewStatusCmd(ctx, "set", name, mark)})
		}
	})
	return err
}

// once is a command that the client does not send again by itself.
type once struct{ *redis.StatusCmd }

// NoRetry is what the client asks.
func (once) NoRetry() bool { return true }
