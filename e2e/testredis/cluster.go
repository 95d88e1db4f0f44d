package testredis

import (
	"fmt"
	"strings"
	"testing"
)

// Cluster is a Redis Cluster of masters without replicas.
type Cluster struct {
	Nodes []*Server
	URL   string // redis://host:port,host:port,host:port
	t     testing.TB
}

const slots = 16384

// StartCluster starts a Cluster of n masters that share the slots evenly, and waits until it serves.
func StartCluster(t testing.TB, n int, args ...string) *Cluster {
	t.Helper()
	c := &Cluster{t: t}
	var addrs, buses []string
	for range n {
		bus := freePort(t)
		s := Start(t, append([]string{"--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "1000"}, args...)...)
		c.Nodes = append(c.Nodes, s)
		addrs, buses = append(addrs, s.Addr), append(buses, bus)
	}
	for i, s := range c.Nodes {
		s.Do("CLUSTER", "SET-CONFIG-EPOCH", fmt.Sprint(i+1))
		s.Do("CLUSTER", "ADDSLOTSRANGE", fmt.Sprint(i*slots/n), fmt.Sprint((i+1)*slots/n-1))
	}
	for i, s := range c.Nodes[1:] {
		c.Nodes[0].Do("CLUSTER", "MEET", "127.0.0.1", s.port(), buses[i+1])
	}
	c.URL = "redis://" + strings.Join(addrs, ",")
	c.Ready()
	return c
}

// Ready waits until all nodes say that the Cluster serves.
func (c *Cluster) Ready() {
	c.t.Helper()
	until(c.t, "the Cluster serves", func() bool {
		for _, s := range c.Nodes {
			info, _ := s.Try("CLUSTER", "INFO")
			if !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, fmt.Sprintf("cluster_size:%d", len(c.Nodes))) {
				return false
			}
		}
		return true
	})
}

// Try sends a command on one key to the node that has it.
func (c *Cluster) Try(args ...string) (string, error) {
	var reply string
	var err error
	for _, s := range c.Nodes {
		if reply, err = s.Try(args...); err == nil {
			return reply, nil
		}
	}
	return reply, err
}

// Has returns the node that has the key's slot.
func (c *Cluster) Has(key string) *Server {
	c.t.Helper()
	for _, s := range c.Nodes {
		if _, err := s.Try("EXISTS", key); err == nil {
			return s
		}
	}
	c.t.Fatalf("no node has the slot of %s", key)
	return nil
}
