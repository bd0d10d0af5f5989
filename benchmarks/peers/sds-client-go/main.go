// sds-client-go opens many SDS streams, acknowledges every response, has the server change its secrets round by round,
// and reports as JSON how long changes took to arrive and what they cost the server.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"net"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	core "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	discovery "github.com/envoyproxy/go-control-plane/envoy/service/discovery/v3"
	secret "github.com/envoyproxy/go-control-plane/envoy/service/secret/v3"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"peers/wire"
)

var (
	addr      = flag.String("addr", "", "path of the socket that serves SDS")
	control   = flag.String("control", "", "path of the server's control socket")
	streams   = flag.Int("streams", 100, "streams")
	perConn   = flag.Int("per-conn", 100, "streams on each connection")
	secrets   = flag.Int("secrets", 100, "secrets that the server has; stream N asks for secret-N, modulo this number")
	delta     = flag.Bool("delta", false, "incremental streams")
	touch     = flag.String("touch", "all", "what changes in a round: all, or the name of one secret")
	rounds    = flag.Int("rounds", 5, "rounds")
	interval  = flag.Duration("interval", 200*time.Millisecond, "pause after each round")
	patience  = flag.Duration("timeout", 30*time.Second, "time allowed for the first snapshot and for each round")
	serverPid = flag.Int("server-pid", 0, "process whose cost is reported")
	_         = flag.Bool("json", true, "print JSON (it always does)")
)

// visitor is one stream and what it saw.
type visitor struct {
	name    string
	node    string
	made    int64 // when the value that it holds was made
	latency []time.Duration
}

var (
	ready, arrived, lost atomic.Int64
	roundStart           atomic.Int64
	firstError           sync.Once
	firstErrorText       string
	following            sync.WaitGroup
)

// see takes in one received value.
func (v *visitor) see(value []byte) {
	now := time.Now().UnixNano()
	made := wire.Made(value)
	switch {
	case v.made == 0:
		ready.Add(1)
	case made != v.made:
		v.latency = append(v.latency, time.Duration(now-made))
		if made >= roundStart.Load() {
			arrived.Add(1)
		}
	}
	v.made = made
}

func (v *visitor) sotw(ctx context.Context, client secret.SecretDiscoveryServiceClient) error {
	s, err := client.StreamSecrets(ctx)
	if err != nil {
		return err
	}
	names := []string{v.name}
	request := &discovery.DiscoveryRequest{Node: &core.Node{Id: v.node}, TypeUrl: wire.SecretURL, ResourceNames: names}
	for {
		if err := s.Send(request); err != nil {
			return err
		}
		response, err := s.Recv()
		if err != nil {
			return err
		}
		for _, r := range response.GetResources() {
			v.see(r.GetValue())
		}
		request = &discovery.DiscoveryRequest{
			TypeUrl: wire.SecretURL, ResourceNames: names, ResponseNonce: response.GetNonce(), VersionInfo: response.GetVersionInfo()}
	}
}

func (v *visitor) incremental(ctx context.Context, client secret.SecretDiscoveryServiceClient) error {
	s, err := client.DeltaSecrets(ctx)
	if err != nil {
		return err
	}
	request := &discovery.DeltaDiscoveryRequest{Node: &core.Node{Id: v.node}, TypeUrl: wire.SecretURL, ResourceNamesSubscribe: []string{v.name}}
	for {
		if err := s.Send(request); err != nil {
			return err
		}
		response, err := s.Recv()
		if err != nil {
			return err
		}
		for _, r := range response.GetResources() {
			v.see(r.GetResource().GetValue())
		}
		request = &discovery.DeltaDiscoveryRequest{TypeUrl: wire.SecretURL, ResponseNonce: response.GetNonce()}
	}
}

func connect() *grpc.ClientConn {
	c, err := grpc.NewClient("passthrough:///sds",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithAuthority("localhost"),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			var d net.Dialer
			return d.DialContext(ctx, "unix", *addr)
		}))
	if err != nil {
		log.Fatal(err)
	}
	return c
}

// open starts all streams and returns when each has its first value.
func open(ctx context.Context, visitors []*visitor) time.Duration {
	connections := make([]*grpc.ClientConn, (len(visitors)+*perConn-1) / *perConn)
	for i := range connections {
		connections[i] = connect()
		connections[i].Connect()
	}
	for _, c := range connections {
		for state := c.GetState(); state.String() != "READY"; state = c.GetState() {
			c.WaitForStateChange(ctx, state)
		}
	}
	start := time.Now()
	for i, v := range visitors {
		following.Add(1)
		go func() {
			defer following.Done()
			client := secret.NewSecretDiscoveryServiceClient(connections[i / *perConn])
			follow := v.sotw
			if *delta {
				follow = v.incremental
			}
			if err := follow(ctx, client); ctx.Err() == nil {
				lost.Add(1)
				firstError.Do(func() { firstErrorText = fmt.Sprint(v.name, ": ", err) })
			}
		}()
	}
	reach(&ready, int64(len(visitors)))
	return time.Since(start)
}

func reach(count *atomic.Int64, goal int64) bool {
	for start := time.Now(); count.Load() < goal; {
		if time.Since(start) > *patience {
			return false
		}
		time.Sleep(200 * time.Microsecond)
	}
	return true
}

func change() (missing int64) {
	expected := int64(*streams)
	if *touch != "all" {
		expected = 1
	}
	for range *rounds {
		arrived.Store(0)
		roundStart.Store(time.Now().UnixNano())
		if _, err := wire.Ask(*control, "touch "+*touch); err != nil {
			log.Fatal(err)
		}
		reach(&arrived, expected)
		missing += expected - arrived.Load()
		time.Sleep(*interval)
	}
	return missing
}

func main() {
	flag.Parse()
	visitors := make([]*visitor, *streams)
	for i := range visitors {
		visitors[i] = &visitor{name: "secret-" + strconv.Itoa(i%*secrets), node: "bench-" + strconv.Itoa(i)}
	}
	ctx, cancel := context.WithCancel(context.Background())
	atStart := wire.CPU(*serverPid)
	first := open(ctx, visitors)
	time.Sleep(*interval) // the last acknowledgements are still on their way
	atReady := wire.CPU(*serverPid)
	missing := change()
	atEnd, peak := wire.CPU(*serverPid), wire.PeakMiB(*serverPid)
	errors := lost.Load() // before the streams are cancelled
	cancel()
	following.Wait()

	var all []time.Duration
	for _, v := range visitors {
		all = append(all, v.latency...)
	}
	slices.Sort(all)
	at := func(share float64) float64 {
		if len(all) == 0 {
			return 0
		}
		return milliseconds(all[int(share*float64(len(all)-1)+0.5)])
	}
	_ = json.NewEncoder(os.Stdout).Encode(map[string]any{
		"first_snapshot_all_ms":       milliseconds(first),
		"streams_ready":               ready.Load(),
		"updates":                     len(all),
		"missing":                     missing,
		"p50_ms":                      at(.5),
		"p99_ms":                      at(.99),
		"stream_errors":               errors,
		"first_error":                 firstErrorText,
		"server_cpu_first_snapshot_s": (atReady - atStart).Seconds(),
		"server_cpu_rounds_s":         (atEnd - atReady).Seconds(),
		"server_peak_mib":             peak,
	})
	if missing > 0 || errors > 0 || ready.Load() < int64(*streams) {
		os.Exit(1)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
