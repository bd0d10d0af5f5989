// Package wire is what the load client and the server share: the marker in each secret, the control lines, and what
// the kernel says of a process.
package wire

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// SecretURL is the type of every resource here.
const SecretURL = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"

var (
	markerStart = []byte("sds-ts=")
	markerEnd   = []byte(";")
)

// Fill makes a secret's value of a size, which tells when it was made.
func Fill(size int, made time.Time) []byte {
	marker := fmt.Appendf(nil, "%s%d%s\n", markerStart, made.UnixNano(), markerEnd)
	if len(marker) >= size {
		return marker
	}
	return append(marker, bytes.Repeat([]byte{'x'}, size-len(marker))...)
}

// Made finds when a value was made, in nanoseconds since 1970; 0 when it does not tell.
func Made(value []byte) int64 {
	_, rest, found := bytes.Cut(value, markerStart)
	if !found {
		return 0
	}
	digits, _, _ := bytes.Cut(rest, markerEnd)
	made, _ := strconv.ParseInt(string(digits), 10, 64)
	return made
}

// Ask sends one line to a control socket and returns the answer behind "ok".
func Ask(path, line string) (string, error) {
	c, err := net.Dial("unix", path)
	if err != nil {
		return "", err
	}
	defer c.Close()
	if _, err := fmt.Fprintln(c, line); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(c).ReadString('\n')
	if err != nil {
		return "", err
	}
	rest, ok := strings.CutPrefix(strings.TrimSpace(answer), "ok")
	if !ok {
		return "", fmt.Errorf("%q was answered with %q", line, answer)
	}
	return strings.TrimSpace(rest), nil
}

// Answer serves a control socket.
func Answer(path string, answer func(words []string) (string, error)) error {
	_ = os.Remove(path)
	l, err := net.Listen("unix", path)
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer c.Close()
			for lines := bufio.NewScanner(c); lines.Scan(); {
				if text, err := answer(strings.Fields(lines.Text())); err != nil {
					fmt.Fprintln(c, "err", err)
				} else {
					fmt.Fprintln(c, "ok", text)
				}
			}
		}()
	}
}

// CPU is the processor time that a process has used so far. Unlike /proc/PID/stat it does not count in ticks: see
// clock_getcpuclockid(3) for how the number of a process becomes the number of its clock.
func CPU(pid int) time.Duration {
	const perProcess = 2
	var t syscall.Timespec
	clock := uintptr(^pid)<<3 | perProcess
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, clock, uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
		return 0
	}
	return time.Duration(t.Nano())
}

// PeakMiB is the largest resident set that a process has had.
func PeakMiB(pid int) float64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0
	}
	kib, _ := strconv.ParseFloat(fields[0], 64)
	return kib / 1024
}
