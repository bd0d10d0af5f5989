// A SPIFFE Workload API on a Unix socket, made of go-spiffe's messages and service and of grpc-go, that a test drives
// line by line:
//
//	serve SVIDS BUNDLES   the two responses, protobuf in base64, for every stream and each new one
//	fail CODE             ends every stream and each new one with a status; 0 ends that
//	silence               ends every stream; new ones get no answer until the next "fail"
//
// Each line is answered with "done" when it is in force. "open METHOD" and "close METHOD" tell of streams.
package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"

	"github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

type script struct {
	svids      *workload.X509SVIDResponse
	bundles    *workload.X509BundlesResponse
	code       codes.Code
	silent     bool
	generation int
	over       chan struct{}
}

type server struct {
	workload.UnimplementedSpiffeWorkloadAPIServer
	mu     sync.Mutex
	script script
	out    sync.Mutex
}

func (s *server) say(words ...any) {
	s.out.Lock()
	defer s.out.Unlock()
	fmt.Println(words...)
}

func (s *server) current() script {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.script
}

func (s *server) play(change func(*script)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.script.over)
	change(&s.script)
	s.script.over = make(chan struct{})
}

func (s *server) stream(ctx context.Context, method string, send func(script) error) error {
	s.say("open", method)
	defer s.say("close", method)
	if header, _ := metadata.FromIncomingContext(ctx); len(header["workload.spiffe.io"]) != 1 || header["workload.spiffe.io"][0] != "true" {
		return status.Error(codes.InvalidArgument, "security header missing from request")
	}

	generation := s.current().generation
	for {
		now := s.current()
		switch {
		case now.generation != generation:
			return status.Error(codes.Unavailable, "the agent starts anew")
		case now.code != codes.OK:
			return status.Error(now.code, "as the test wants it")
		case !now.silent:
			if err := send(now); err != nil {
				return err
			}
		}

		select {
		case <-now.over:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *server) FetchX509SVID(_ *workload.X509SVIDRequest, stream grpc.ServerStreamingServer[workload.X509SVIDResponse]) error {
	return s.stream(stream.Context(), "FetchX509SVID", func(now script) error { return stream.Send(now.svids) })
}

func (s *server) FetchX509Bundles(_ *workload.X509BundlesRequest, stream grpc.ServerStreamingServer[workload.X509BundlesResponse]) error {
	return s.stream(stream.Context(), "FetchX509Bundles", func(now script) error { return stream.Send(now.bundles) })
}

func (s *server) obey(line string) error {
	words := strings.Fields(line)
	switch {
	case len(words) == 3 && words[0] == "serve":
		svids, bundles := new(workload.X509SVIDResponse), new(workload.X509BundlesResponse)
		if err := decode(words[1], svids); err != nil {
			return err
		}
		if err := decode(words[2], bundles); err != nil {
			return err
		}
		s.play(func(script *script) { script.svids, script.bundles = svids, bundles })
	case len(words) == 2 && words[0] == "fail":
		code, err := strconv.Atoi(words[1])
		if err != nil {
			return err
		}
		s.play(func(script *script) { script.code, script.silent = codes.Code(code), false })
	case len(words) == 1 && words[0] == "silence":
		s.play(func(script *script) { script.silent = true; script.generation++ })
	default:
		return fmt.Errorf("unknown command")
	}
	return nil
}

func decode(text string, message proto.Message) error {
	// "-" stands for a message without anything in it.
	bytes, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, "-"))
	if err != nil {
		return err
	}
	return proto.Unmarshal(bytes, message)
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: workload-api SOCKET")
		os.Exit(2)
	}

	_ = os.Remove(os.Args[1])
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	s := &server{script: script{svids: new(workload.X509SVIDResponse), bundles: new(workload.X509BundlesResponse), over: make(chan struct{})}}
	endpoint := grpc.NewServer()
	workload.RegisterSpiffeWorkloadAPIServer(endpoint, s)
	go func() {
		lines := bufio.NewScanner(os.Stdin)
		lines.Buffer(nil, 64*1024*1024)
		for lines.Scan() {
			if err := s.obey(lines.Text()); err != nil {
				s.say("error", err)
				continue
			}
			s.say("done")
		}
		os.Exit(0)
	}()
	s.say("ready")
	if err := endpoint.Serve(listener); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
