package session

import (
	"errors"
	"strings"

	"github.com/redis/go-redis/v9"
)

// advice says what an operator can do about what Redis answers, by the first word of it.
var advice = map[string]string{
	"WRONGPASS":   "check the user and the password in the Redis URL",
	"NOAUTH":      "put the password into the Redis URL",
	"NOPERM":      "give the user in the Redis URL the rights that the README names",
	"READONLY":    "this is a replica that takes no writes: name its master in the Redis URL",
	"OOM":         "give Redis more memory",
	"MISCONF":     "Redis cannot write to its disk: look at its log",
	"NOREPLICAS":  "start the replicas of Redis again",
	"LOADING":     "nothing: Redis is starting",
	"MOVED":       "this is a Cluster: name several of its nodes in the Redis URL, or add ?cluster=true",
	"CLUSTERDOWN": "start the missing nodes of the Redis Cluster",
}

// Advice says what an operator can do about an error of Redis.
func Advice(err error) string {
	var reply redis.Error
	if !errors.As(err, &reply) {
		return "start Redis again; if it runs, check the address in the Redis URL, and that rediss:// is there for TLS and only for it"
	}
	code, _, _ := strings.Cut(reply.Error(), " ")
	if do := advice[code]; do != "" {
		return do
	}
	return "check the Redis URL: the number of the database, and whether it is a Cluster or a Sentinel"
}
