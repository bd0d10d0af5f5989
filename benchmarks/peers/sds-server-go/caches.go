package main

import (
	"context"
	"strconv"
	"strings"

	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	xds "github.com/envoyproxy/go-control-plane/pkg/server/v3"

	"peers/wire"
)

// perNode is a SnapshotCache in which each node has a snapshot of its own with its one secret. With one snapshot for all,
// every response would walk all secrets.
type perNode struct {
	secret.SecretDiscoveryServiceServer
	cache   cache.SnapshotCache
	version int
}

func newPerNode() *perNode {
	c := cache.NewSnapshotCache(false, cache.IDHash{}, nil)
	return &perNode{SecretDiscoveryServiceServer: xds.NewServer(context.Background(), c, nil), cache: c}
}

func (p *perNode) publish(changed []*tls.Secret) error {
	p.version++
	for _, s := range changed {
		snapshot, err := cache.NewSnapshot(strconv.Itoa(p.version), map[string][]types.Resource{wire.SecretURL: {s}})
		if err != nil {
			return err
		}
		node := "bench-" + strings.TrimPrefix(s.GetName(), "secret-")
		if err := p.cache.SetSnapshot(context.Background(), node, snapshot); err != nil {
			return err
		}
	}
	return nil
}

// linear is a LinearCache: one set of secrets, each with its own version.
type linear struct {
	secret.SecretDiscoveryServiceServer
	cache *cache.LinearCache
}

func newLinear() *linear {
	c := cache.NewLinearCache(wire.SecretURL)
	return &linear{SecretDiscoveryServiceServer: xds.NewServer(context.Background(), c, nil), cache: c}
}

func (l *linear) publish(changed []*tls.Secret) error {
	update := make(map[string]types.Resource, len(changed))
	for _, s := range changed {
		update[s.GetName()] = s
	}
	return l.cache.UpdateResources(update, nil)
}
