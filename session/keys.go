package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	storage "github.com/gofiber/storage/redis/v3"
	"github.com/redis/go-redis/v9"
)

// callTime is the longest a request waits for Redis.
const callTime = 250 * time.Millisecond

const (
	keyPrefix      = "cardstock:session:"
	sentinelPrefix = "cardstock:db:"
)

var keyValue = []byte("1")

// ErrRedis is in the chain of every error that comes from Redis or the way to it.
var ErrRedis = errors.New("Redis")

var errAway = fmt.Errorf("%w: did not answer a moment ago", ErrRedis)

// Keys are the sessions' keys in Redis. Each is cardstock:session: and the token's hash, with the value 1, and
// lives as long as its session. No call of a request waits longer than 250 ms, and while Redis
// does not answer there are hardly any.
type Keys struct {
	store   *storage.Storage
	where   string
	breaker *breaker
	unknown atomic.Bool // see Doubt
	stop    context.CancelFunc
	stats   keyStats
}

// OpenKeys prepares the connection to the Redis at these URLs, see parseURLs. It does not wait for Redis: the
// server starts without it. Its error is one sentence without credentials.
func OpenKeys(urls []string, log *slog.Logger) (*Keys, error) { return OpenKeysBy(nil, urls, log) }

// Doubt says whether it is uncertain that this Redis is the one whose missing keys end sessions. While it is, a key that was set is not noted in its
// session's row: in the Redis that is known it would be missed.
func (k *Keys) Doubt(is bool) { k.unknown.Store(is) }

// A Dialer makes the connections to Redis.
type Dialer func(ctx context.Context, network, addr string) (net.Conn, error)

// OpenKeysBy is OpenKeys with the connections made by dial, nil for the usual way: to a Redis that is in no network.
func OpenKeysBy(dial Dialer, urls []string, log *slog.Logger) (*Keys, error) {
	o, err := parseURLs(urls)
	if err != nil {
		return nil, err
	}
	o.Dialer = dial
	quiet()
	ctx, stop := context.WithCancel(context.Background())
	k := &Keys{
		store: storage.NewFromConnection(connect(o)),
		where: describe(o),
		stop:  stop,
	}
	k.breaker = &breaker{log: log, end: ctx, probe: func() error { return k.ping(ctx, bulkTime) }}
	return k, nil
}

// connect makes the client. It connects when it is first used.
func connect(o *redis.UniversalOptions) redis.UniversalClient {
	if !clustered(o) {
		return redis.NewUniversalClient(o)
	}
	c := o.Cluster()
	// To look up how commands are to be routed, the client would ask a node for up to 5 seconds, whatever our limit.
	// All of ours have one key and go where it is.
	c.DisableRoutingPolicies = true
	return redis.NewClusterClient(c)
}

// silence is what the client library logs: we say once that Redis is away, it says so for each connection.
type silence struct{}

func (silence) Printf(context.Context, string, ...any) {}

var quiet = sync.OnceFunc(func() { redis.SetLogger(silence{}) })

// Describe says where Redis is, without credentials.
func (k *Keys) Describe() string { return k.where }

// Answering reports whether Redis answered when it was last asked.
func (k *Keys) Answering() bool { return k.breaker.answering() }

// Ask asks Redis for a sign of life, for at most 250 ms.
func (k *Keys) Ask(ctx context.Context) error {
	begun := k.breaker.begun()
	err := k.ping(ctx, callTime)
	k.noteAll(ctx, begun, err)
	return err
}

// ping asks as a request does, and all masters: a Cluster that lost one is as good as away for some sessions, and one that
// answers a PING may still refuse to say anything of keys.
func (k *Keys) ping(ctx context.Context, atMost time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	err := k.eachMaster(ctx, func(ctx context.Context, c redis.Cmdable) error { return c.Ping(ctx).Err() })
	if err == nil {
		_, err = k.getAll(ctx, k.spread(keyPrefix+"?"))
	}
	if Refused(err) {
		return nil
	}
	return err
}

// Close closes the connections.
func (k *Keys) Close() error {
	k.stop()
	return k.store.Close()
}

// Present reports whether the session's key is there.
func (k *Keys) Present(ctx context.Context, hash string) (bool, error) {
	var v []byte
	err := k.call(ctx, func(ctx context.Context) (err error) {
		v, err = k.store.GetWithContext(ctx, keyPrefix+hash)
		return err
	})
	return v != nil, err
}

// Set sets the session's key to live for ttl.
func (k *Keys) Set(ctx context.Context, hash string, ttl time.Duration) error {
	return k.write(ctx, func(ctx context.Context) error {
		return k.store.SetWithContext(ctx, keyPrefix+hash, keyValue, ttl)
	})
}

// SetNew sets the session's key to live for ttl unless there is one. It reports whether it did.
func (k *Keys) SetNew(ctx context.Context, hash string, ttl time.Duration) (set bool, err error) {
	err = k.write(ctx, func(ctx context.Context) (err error) {
		set, err = k.store.Conn().SetNX(ctx, keyPrefix+hash, keyValue, ttl).Result()
		return err
	})
	return set, err
}

// Delete deletes the session's key. When it returns nil, the key is gone for certain.
func (k *Keys) Delete(ctx context.Context, hash string) error {
	return k.write(ctx, func(ctx context.Context) error {
		return k.store.DeleteWithContext(ctx, keyPrefix+hash)
	})
}

// write is call for a command that changes something.
func (k *Keys) write(ctx context.Context, fn func(ctx context.Context) error) error {
	err := k.call(ctx, fn)
	if err == nil || Refused(err) {
		k.breaker.wrote(err)
	}
	return err
}

// call makes one call of at most callTime, unless Redis did not answer a moment ago.
func (k *Keys) call(ctx context.Context, fn func(ctx context.Context) error) error {
	if !k.breaker.answering() {
		k.stats.skipped.Add(1)
		return errAway
	}
	limited, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	begun := k.breaker.begun()
	err := fn(limited)
	k.note(ctx, begun, err)
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrRedis, err)
	}
	return err
}

// note tells the breaker if a call got no answer. One that its caller gave up says nothing about Redis.
func (k *Keys) note(ctx context.Context, begun int, err error) {
	switch {
	case err == nil:
		k.stats.ok.Add(1)
	case Refused(err):
		k.stats.refused.Add(1)
	case ctx.Err() == nil:
		k.stats.failed.Add(1)
		k.breaker.failed(begun, err)
	}
}

// noteAll is note for a call that asked all of Redis.
func (k *Keys) noteAll(ctx context.Context, begun int, err error) {
	if err == nil {
		k.breaker.answered()
	}
	k.note(ctx, begun, err)
}

// Refused reports whether Redis answers, only not as wished: it is full, has become a replica, or does not allow this
// command. While it loads its data, or wants a password, it is as good as away.
func Refused(err error) bool {
	var reply redis.Error
	if !errors.As(err, &reply) {
		return false
	}
	for _, code := range []string{"OOM ", "READONLY ", "MISCONF ", "NOREPLICAS ", "NOPERM "} {
		if strings.HasPrefix(reply.Error(), code) {
			return true
		}
	}
	return false
}
