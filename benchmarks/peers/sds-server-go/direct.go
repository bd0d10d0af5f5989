package main

import (
	"context"
	"strconv"
	"sync"

	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"peers/wire"
)

// direct is the plainest SDS server on grpc-go: no cache library, each secret encoded once, one response in flight on
// each stream. It shows what Go and grpc-go alone cost.
type direct struct {
	secret.UnimplementedSecretDiscoveryServiceServer
	mu      sync.Mutex
	edition int
	held    map[string]holding
	streams map[string]map[chan struct{}]struct{} // by name: the bells of those who want it
}

type holding struct {
	secret  *anypb.Any
	version string
}

func newDirect() *direct {
	return &direct{held: map[string]holding{}, streams: map[string]map[chan struct{}]struct{}{}}
}

func (d *direct) publish(changed []*tls.Secret) error {
	encoded := make([]*anypb.Any, len(changed))
	for i, s := range changed {
		value, err := proto.Marshal(s)
		if err != nil {
			return err
		}
		encoded[i] = &anypb.Any{TypeUrl: wire.SecretURL, Value: value}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.edition++
	for i, s := range changed {
		d.held[s.GetName()] = holding{encoded[i], strconv.Itoa(d.edition)}
		for bell := range d.streams[s.GetName()] {
			ring(bell)
		}
	}
	return nil
}

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// visit is one stream: what it wants, and which version of it was last sent.
type visit struct {
	from    *direct
	bell    chan struct{}
	sent    map[string]string
	nonce   int
	waiting bool
}

func (d *direct) enter() *visit {
	return &visit{from: d, bell: make(chan struct{}, 1), sent: map[string]string{}}
}

func (v *visit) want(names []string) {
	v.from.mu.Lock()
	defer v.from.mu.Unlock()
	for _, name := range names {
		if _, known := v.sent[name]; known {
			continue
		}
		v.sent[name] = ""
		if v.from.streams[name] == nil {
			v.from.streams[name] = map[chan struct{}]struct{}{}
		}
		v.from.streams[name][v.bell] = struct{}{}
	}
}

func (v *visit) leave() {
	v.from.mu.Lock()
	defer v.from.mu.Unlock()
	for name := range v.sent {
		delete(v.from.streams[name], v.bell)
	}
}

// due takes what the peer does not have, by name, unless it still owes an answer.
func (v *visit) due() map[string]holding {
	if v.waiting {
		return nil
	}
	var due map[string]holding
	v.from.mu.Lock()
	defer v.from.mu.Unlock()
	for name, sent := range v.sent {
		if h, ok := v.from.held[name]; ok && h.version != sent {
			if due == nil {
				due = map[string]holding{}
			}
			due[name] = h
			v.sent[name] = h.version
		}
	}
	if due != nil {
		v.nonce++
		v.waiting = true
	}
	return due
}

// run serves a stream: take notes what a request says and returns its nonce, send sends what is due.
func run[T any](ctx context.Context, v *visit, recv func() (T, error), take func(T) string, send func(map[string]holding) error) error {
	defer v.leave()
	requests := make(chan T)
	over := make(chan error, 1)
	go func() {
		for {
			request, err := recv()
			if err != nil {
				over <- err
				return
			}
			select {
			case requests <- request:
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		select {
		case request := <-requests:
			if take(request) == strconv.Itoa(v.nonce) {
				v.waiting = false
			}
		case <-v.bell:
		case err := <-over:
			return err
		}
		if due := v.due(); due != nil {
			if err := send(due); err != nil {
				return err
			}
		}
	}
}

func (d *direct) StreamSecrets(stream secret.SecretDiscoveryService_StreamSecretsServer) error {
	v := d.enter()
	return run(stream.Context(), v, stream.Recv, func(r *discovery.DiscoveryRequest) string {
		v.want(r.GetResourceNames())
		return r.GetResponseNonce()
	}, func(due map[string]holding) error {
		response := &discovery.DiscoveryResponse{TypeUrl: wire.SecretURL, Nonce: strconv.Itoa(v.nonce)}
		for _, h := range due {
			response.Resources = append(response.Resources, h.secret)
			response.VersionInfo = h.version
		}
		return stream.Send(response)
	})
}

func (d *direct) DeltaSecrets(stream secret.SecretDiscoveryService_DeltaSecretsServer) error {
	v := d.enter()
	return run(stream.Context(), v, stream.Recv, func(r *discovery.DeltaDiscoveryRequest) string {
		v.want(r.GetResourceNamesSubscribe())
		return r.GetResponseNonce()
	}, func(due map[string]holding) error {
		response := &discovery.DeltaDiscoveryResponse{TypeUrl: wire.SecretURL, Nonce: strconv.Itoa(v.nonce)}
		for name, h := range due {
			response.Resources = append(response.Resources, &discovery.Resource{Name: name, Version: h.version, Resource: h.secret})
		}
		return stream.Send(response)
	})
}
