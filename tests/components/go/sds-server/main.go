// sds-server serves secrets with go-control-plane's SnapshotCache, as most control planes in Go do, or with its LinearCache. It
// does what it is told: a line of JSON per command on its input, the line "done" for each on its output, after a first "ready"
// ("busy" for "idle" while the client owes an answer, or there is no stream).
//
//	sds-server SOCKET [linear]
//	{"op":"put","name":N,"secret":BASE64}   the bytes of an envoy Secret
//	{"op":"delete","name":N}
//	{"op":"idle"}
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"sync"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"github.com/envoyproxy/go-control-plane/pkg/cache/types"
	"github.com/envoyproxy/go-control-plane/pkg/cache/v3"
	"github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	xds "github.com/envoyproxy/go-control-plane/pkg/server/v3"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
)

// node is the id under which our source presents itself.
const node = "secretproviders"

type command struct {
	Op     string
	Name   string
	Secret []byte
}

// answers knows, for each stream, the nonce last sent and the nonce last answered.
type answers struct {
	mu   sync.Mutex
	sent map[int64]string
	got  map[int64]string
}

func (a *answers) open(_ context.Context, stream int64, _ string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent[stream], a.got[stream] = "", ""
	return nil
}

func (a *answers) close(stream int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.sent, stream)
	delete(a.got, stream)
}

func (a *answers) send(stream int64, nonce string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sent[stream] = nonce
}

func (a *answers) receive(stream int64, nonce string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if nonce != "" {
		a.got[stream] = nonce
	}
}

func (a *answers) idle() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for stream, nonce := range a.sent {
		if a.got[stream] != nonce {
			return false
		}
	}
	return len(a.sent) != 0
}

func (a *answers) callbacks() xds.CallbackFuncs {
	return xds.CallbackFuncs{
		StreamOpenFunc:   a.open,
		StreamClosedFunc: func(stream int64, _ *core.Node) { a.close(stream) },
		StreamRequestFunc: func(stream int64, request *discovery.DiscoveryRequest) error {
			a.receive(stream, request.GetResponseNonce())
			return nil
		},
		StreamResponseFunc: func(_ context.Context, stream int64, _ *discovery.DiscoveryRequest, response *discovery.DiscoveryResponse) {
			a.send(stream, response.GetNonce())
		},
		DeltaStreamOpenFunc:   a.open,
		DeltaStreamClosedFunc: func(stream int64, _ *core.Node) { a.close(stream) },
		StreamDeltaRequestFunc: func(stream int64, request *discovery.DeltaDiscoveryRequest) error {
			a.receive(stream, request.GetResponseNonce())
			return nil
		},
		StreamDeltaResponseFunc: func(stream int64, _ *discovery.DeltaDiscoveryRequest, response *discovery.DeltaDiscoveryResponse) {
			a.send(stream, response.GetNonce())
		},
	}
}

// store is a cache and how it is told of a change; a nil secret is one that is gone.
type store struct {
	cache.Cache
	change func(name string, secret types.Resource) error
}

func snapshots() store {
	all := cache.NewSnapshotCache(false, cache.IDHash{}, nil)
	secrets := map[string]types.Resource{}
	version := 0
	publish := func() error {
		version++
		listed := make([]types.Resource, 0, len(secrets))
		for _, one := range secrets {
			listed = append(listed, one)
		}
		snapshot, err := cache.NewSnapshot(strconv.Itoa(version), map[resource.Type][]types.Resource{resource.SecretType: listed})
		if err != nil {
			return err
		}
		return all.SetSnapshot(context.Background(), node, snapshot)
	}
	if err := publish(); err != nil {
		log.Fatal(err)
	}
	return store{all, func(name string, secret types.Resource) error {
		if secret == nil {
			delete(secrets, name)
		} else {
			secrets[name] = secret
		}
		return publish()
	}}
}

func linear() store {
	all := cache.NewLinearCache(resource.SecretType)
	return store{all, func(name string, secret types.Resource) error {
		if secret == nil {
			return all.DeleteResource(name)
		}
		return all.UpdateResource(name, secret)
	}}
}

func main() {
	if len(os.Args) < 2 || len(os.Args) > 3 || len(os.Args) == 3 && os.Args[2] != "linear" {
		log.Fatal("usage: sds-server SOCKET [linear]")
	}
	known := &answers{sent: map[int64]string{}, got: map[int64]string{}}
	secrets := snapshots()
	if len(os.Args) == 3 {
		secrets = linear()
	}

	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer()
	secret.RegisterSecretDiscoveryServiceServer(server, xds.NewServer(context.Background(), secrets, known.callbacks()))
	go func() { log.Fatal(server.Serve(listener)) }()
	fmt.Println("ready")

	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var told command
		err := json.Unmarshal(lines.Bytes(), &told)
		if err != nil {
			log.Fatal(err)
		}
		answer := "done"
		switch told.Op {
		case "put":
			message := &tls.Secret{}
			if err = proto.Unmarshal(told.Secret, message); err == nil {
				err = secrets.change(told.Name, message)
			}
		case "delete":
			err = secrets.change(told.Name, nil)
		case "idle":
			if !known.idle() {
				answer = "busy"
			}
		default:
			log.Fatalf("%q is not known", told.Op)
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(answer)
	}
}
