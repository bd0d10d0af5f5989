// sds-server-go serves generic secrets with go-control-plane, in the set-up that -cache names, and changes them when the
// control socket says so: "touch NAME" or "touch all", and "stats".
package main

import (
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"sync"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	tls "github.com/envoyproxy/go-control-plane/envoy/extensions/transport_sockets/tls/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"google.golang.org/grpc"

	"peers/wire"
)

// backend is where changed secrets go, and the service that tells streams of them.
type backend interface {
	secret.SecretDiscoveryServiceServer
	publish(changed []*tls.Secret) error
}

type server struct {
	mu     sync.Mutex
	names  []string
	size   int
	behind backend
}

func secretOf(name string, size int, made time.Time) *tls.Secret {
	value := &core.DataSource{Specifier: &core.DataSource_InlineBytes{InlineBytes: wire.Fill(size, made)}}
	return &tls.Secret{Name: name, Type: &tls.Secret_GenericSecret{GenericSecret: &tls.GenericSecret{Secret: value}}}
}

// touch gives secrets new content, marked with the moment at which the change began.
func (s *server) touch(names []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := time.Now()
	changed := make([]*tls.Secret, len(names))
	for i, name := range names {
		changed[i] = secretOf(name, s.size, made)
	}
	return s.behind.publish(changed)
}

func (s *server) answer(words []string) (string, error) {
	switch {
	case len(words) == 2 && words[0] == "touch" && words[1] == "all":
		return "", s.touch(s.names)
	case len(words) == 2 && words[0] == "touch":
		return "", s.touch(words[1:])
	case len(words) == 1 && words[0] == "stats":
		return fmt.Sprintf("cpu=%.3f peak_mib=%.1f", wire.CPU(os.Getpid()).Seconds(), wire.PeakMiB(os.Getpid())), nil
	default:
		return "", fmt.Errorf("%q is not known: touch NAME, touch all or stats", words)
	}
}

func main() {
	socket := flag.String("unix", "", "path of the socket that serves SDS")
	control := flag.String("control", "", "path of the control socket")
	count := flag.Int("secrets", 1000, "how many secrets there are: secret-0 and on")
	size := flag.Int("size", 900, "bytes of each")
	kind := flag.String("cache", "linear", "pernode (SnapshotCache, a snapshot for each node bench-N with secret-N), linear (LinearCache) or direct (no cache library)")
	flag.Parse()

	s := &server{size: *size}
	for i := range *count {
		s.names = append(s.names, "secret-"+strconv.Itoa(i))
	}
	switch *kind {
	case "pernode":
		s.behind = newPerNode()
	case "linear":
		s.behind = newLinear()
	case "direct":
		s.behind = newDirect()
	default:
		log.Fatalf("-cache %q is not known", *kind)
	}
	if err := s.touch(s.names); err != nil {
		log.Fatal(err)
	}

	_ = os.Remove(*socket)
	listener, err := net.Listen("unix", *socket)
	if err != nil {
		log.Fatal(err)
	}
	// grpc-go's own default: a hundred streams for each connection is what the client uses.
	g := grpc.NewServer(grpc.MaxConcurrentStreams(1 << 20))
	secret.RegisterSecretDiscoveryServiceServer(g, s.behind)
	go func() { log.Fatal(g.Serve(listener)) }()
	log.Fatal(wire.Answer(*control, s.answer))
}
