// What go-spiffe makes of identities, line by line:
//
//	id TEXT          a SPIFFE ID, in base64
//	domain TEXT      the name of a trust domain, in base64
//	svid CHAIN KEY   an X.509-SVID with its key, both DER in base64
//
// Each line is answered with "valid" and the identity, or with "invalid" and the reason.
package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/x509svid"
)

func judge(line string) (string, error) {
	words := strings.Split(line, " ")
	arguments := make([][]byte, len(words)-1)
	for i, word := range words[1:] {
		argument, err := base64.StdEncoding.DecodeString(word)
		if err != nil {
			return "", err
		}
		arguments[i] = argument
	}

	switch {
	case words[0] == "id" && len(arguments) == 1:
		id, err := spiffeid.FromString(string(arguments[0]))
		return id.String(), err
	case words[0] == "domain" && len(arguments) == 1:
		domain, err := spiffeid.TrustDomainFromString(string(arguments[0]))
		return domain.Name(), err
	case words[0] == "svid" && len(arguments) == 2:
		svid, err := x509svid.ParseRaw(arguments[0], arguments[1])
		if err != nil {
			return "", err
		}
		return svid.ID.String(), nil
	default:
		return "", fmt.Errorf("unknown command")
	}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16*1024*1024)
	for lines.Scan() {
		if identity, err := judge(lines.Text()); err != nil {
			fmt.Println("invalid", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("valid", identity)
		}
	}
}
