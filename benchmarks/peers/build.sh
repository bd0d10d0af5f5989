#!/usr/bin/env bash
# Builds the Go server and the Go load client that `compare` runs beside ours.
#   build.sh DIR        the programs go to DIR
# Needs Go 1.24 or newer and go-control-plane as Debian packages them (golang-github-envoyproxy-go-control-plane-dev,
# version 0.13.2 or newer): apt-get install golang-go golang-github-envoyproxy-go-control-plane-dev. Where the packages
# are unpacked and not installed, GOCODE names the folder that is otherwise /usr/share/gocode.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "${1:?usage: build.sh DIR}" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/src"
ln -s "$here" "$work/src/peers"
export GOPATH=$work:${GOCODE:-/usr/share/gocode} GO111MODULE=off GOTOOLCHAIN=local GOFLAGS= CGO_ENABLED=0
for program in sds-server-go sds-client-go; do
  go build -o "$out/$program" "peers/$program"
done
