#!/usr/bin/env bash
# Builds the Go programs of this folder with Debian's Go and Debian's packages of other people's libraries (go-spiffe,
# go-control-plane, grpc-go). They are of Debian unstable, since Debian 12 has none of go-spiffe; the programs are static
# and run anywhere.
#   build.sh [FOLDER]     default: ${XDG_CACHE_HOME:-$HOME/.cache}/secretproviders/go
# Prints the folder that then has the programs. Installs nothing and needs no root. What is built already, from the same
# source, is left alone; what is not is built anew, which fetches 65 MB, takes about a minute and needs 600 MB of disk
# for that time.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# What the programs import, and no more: the dependencies that the packages name are half of the Go world.
libraries=(
  golang-github-envoyproxy-go-control-plane-dev
  golang-github-cncf-xds-dev
  golang-github-envoyproxy-protoc-gen-validate-dev
  golang-cel-expr-dev
  golang-github-spiffe-go-spiffe-dev
  golang-google-grpc-dev
  golang-google-protobuf-dev
  golang-google-genproto-dev
  golang-github-golang-protobuf-1-5-dev
  golang-golang-x-net-dev
  golang-golang-x-sys-dev
  golang-golang-x-text-dev
)
folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/secretproviders/go}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$folder/work

say() { echo "$(date +%T) go: $*" >&2; }

# apt with lists, cache and state of its own, so that the machine's stay as they are.
private_apt() { apt-get -qq -c "$work/apt/apt.conf" "$@"; }

prepare_apt() {
  local mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | awk '/\/debian\/$/ && !seen++')
  [ -n "$mirror" ] || { say "apt knows no Debian mirror (a repository that ends in /debian/): add one to its sources"; return 1; }
  mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,none}
  : > "$work/apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" > "$work/apt/sources.list"
  # Images of containers empty apt's cache after each update: those hooks are cleared.
  cat > "$work/apt/apt.conf" <<CONF
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
#clear APT::Default-Release;
Dir::Etc::sourcelist "$work/apt/sources.list";
Dir::Etc::sourceparts "$work/apt/none";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "$work/apt/none";
Dir::State::lists "$work/apt/lists";
Dir::State::status "$work/apt/status";
Dir::Cache "$work/apt/cache";
Acquire::Languages "none";
APT::Sandbox::User "$(id -un)";
APT::Install-Recommends "false";
CONF
  private_apt update
}

unpack_packages() {
  local compiler package
  compiler=$(private_apt install -y --print-uris golang-go | sed -n "s/^'[^']*' \(golang-[0-9][^_]*\)_.*/\1/p")
  mkdir -p "$work"/{packages,unpacked}
  (cd "$work/packages" && private_apt download $compiler "${libraries[@]}")
  for package in "$work"/packages/*.deb; do
    dpkg -x "$package" "$work/unpacked"
  done
}

current() {
  local program
  for program in "$here"/*/; do
    program=$(basename "$program")
    [ -x "$folder/$program" ] && [ "$(cat "$folder/$program.source" 2>/dev/null)" = "$(digest "$program")" ] || return 1
  done
}

digest() { (cd "$here/$1" && cat -- *.go | sha256sum); }

if ! current; then
  exec 9> "$folder/lock"
  flock 9
  # Another build may have finished while this one waited.
  if ! current; then
    rm -rf "$work"
    mkdir -p "$work/go/src"
    say "fetching Go and the libraries"
    prepare_apt
    unpack_packages
    ln -s "$here" "$work/go/src/programs"
    GOROOT=$(echo "$work"/unpacked/usr/lib/go-[0-9]*)
    export GOROOT GOPATH=$work/go:$work/unpacked/usr/share/gocode GOCACHE=$work/go-cache
    export GO111MODULE=off GOFLAGS='' GOTOOLCHAIN=local GOPROXY=off GOTELEMETRY=off CGO_ENABLED=0
    for program in "$here"/*/; do
      program=$(basename "$program")
      say "building $program"
      "$GOROOT/bin/go" build -trimpath -ldflags '-s -w' -o "$folder/$program.new" "programs/$program"
      mv "$folder/$program.new" "$folder/$program"
      digest "$program" > "$folder/$program.source"
    done
    rm -rf "$work"
  fi
fi

echo "$folder"
