#!/usr/bin/env bash
# Builds kube-apiserver 1.20.2 from the packages of Debian 12 and puts Debian's etcd and kubectl beside it.
#   build.sh [FOLDER]     default: ${XDG_CACHE_HOME:-$HOME/.cache}/secretproviders/kube-1.20
# Prints the folder that then has kube-apiserver, etcd and kubectl. Installs nothing and needs no root. What is there
# already is left alone; a build that was interrupted goes on where it stopped. The first time it fetches 170 MB, takes
# 2.5 GB of disk for a while, and 4 to 8 minutes on two idle cores.
set -euo pipefail

release=bookworm
go=1.19
version=v1.20.2
commit=faecb196815e248d3ecfb03c680a4507229c2a56
programs=(kube-apiserver etcd kubectl)
# Counts what this script changed in what it makes; an older result is made anew.
revision=2

folder=${1:-${XDG_CACHE_HOME:-$HOME/.cache}/secretproviders/kube-1.20}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
work=$folder/work
unpacked=$work/unpacked
source=$work/go/src/k8s.io/kubernetes

say() { echo "$(date +%T) kubernetes: $*" >&2; }

# A step that is done leaves a mark.
step() {
  [ ! -e "$work/$1.done" ] || return 0
  say "$2"
  "$1"
  touch "$work/$1.done"
}

# apt with lists, cache and state of its own, so that the machine's stay as they are.
private_apt() { apt-get -qq -c "$work/apt/apt.conf" "$@"; }

prepare_apt() {
  local mirror keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | awk '/\/debian\/$/ && !seen++')
  [ -n "$mirror" ] || { say "apt knows no Debian mirror (a repository that ends in /debian/): add one to its sources"; return 1; }
  mkdir -p "$work"/apt/{lists/partial,cache/archives/partial,none}
  : > "$work/apt/status"
  printf '%s [signed-by=%s] %s %s main\n' deb "$keyring" "$mirror" $release deb-src "$keyring" "$mirror" $release > "$work/apt/sources.list"
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
CONF
  private_apt update
}

download_packages() {
  mkdir -p "$work/packages"
  cd "$work/packages"
  private_apt download golang-$go-go golang-$go-src golang-github-modern-go-reflect2-dev etcd-server kubernetes-client
  private_apt source --download-only kubernetes
}

unpack_packages() {
  local package
  rm -rf "$unpacked" "$source"
  mkdir -p "$unpacked" "$(dirname "$source")"
  for package in "$work"/packages/*.deb; do
    dpkg -x "$package" "$unpacked"
  done

  dpkg-source --no-check -x "$work"/packages/kubernetes_*.dsc "$source" >/dev/null
  # The reflect2 in the source is older than this Go: with it the server starts, and fails at the first write.
  rm -rf "$source/vendor/github.com/modern-go/reflect2"
  cp -r "$unpacked/usr/share/gocode/src/github.com/modern-go/reflect2" "$source/vendor/github.com/modern-go/"
  # With this Go the comparison also holds for an empty text, which custom objects could then not have.
  local validator=$source/vendor/k8s.io/kube-openapi/pkg/validation/validate/type.go
  local compare='data == nil || reflect.DeepEqual(reflect.Zero(reflect.TypeOf(data)), reflect.ValueOf(data))'
  grep -qF "$compare" "$validator"
  sed -i 's/if data == nil || reflect\.DeepEqual(.*) {/if data == nil {/' "$validator"
}

# The one generated file that Debian's source leaves out: the description of the API's types.
generate_openapi() {
  local packages
  cd "$source"
  go build -o "$work/openapi-gen" k8s.io/kubernetes/vendor/k8s.io/kube-openapi/cmd/openapi-gen
  packages=$(grep -rl --include='*.go' '+k8s:openapi-gen=' pkg cmd plugin staging/src/k8s.io \
    | grep -vE '/(code-generator|sample-apiserver|testdata)/|_test\.go$' \
    | xargs -n1 dirname | LC_ALL=C sort -u | sed -e 's#^staging/src/#vendor/#' -e 's#^#k8s.io/kubernetes/#' | paste -sd,)
  "$work/openapi-gen" --logtostderr -i "$packages" -p k8s.io/kubernetes/pkg/generated/openapi -O zz_generated.openapi \
    -h vendor/k8s.io/code-generator/hack/boilerplate.go.txt -r "$work/openapi-violations"
}

compile_server() {
  local flags="-s -w" package
  for package in component-base/version client-go/pkg/version; do
    package=k8s.io/kubernetes/vendor/k8s.io/$package
    flags+=" -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=20"
    flags+=" -X $package.gitCommit=$commit -X $package.gitTreeState=archive -X $package.buildDate=2021-01-13T00:00:00Z"
  done

  cd "$source"
  go build -trimpath -ldflags "$flags" -o "$work/kube-apiserver" k8s.io/kubernetes/cmd/kube-apiserver
}

present() {
  local program
  for program in "${programs[@]}"; do
    [ -x "$folder/$program" ] || return 1
  done
  [ "$(cat "$folder/revision" 2>/dev/null || echo 1)" -ge $revision ]
}

if ! present; then
  mkdir -p "$work"
  exec 9> "$work/lock"
  flock 9
  # Another build may have finished while this one waited.
  if ! present; then
    # GOPATH mode: the source's go.mod does not agree with its vendor folder in the eyes of newer Go.
    export GOROOT=$unpacked/usr/lib/go-$go GOPATH=$work/go GOCACHE=$work/go-cache GO111MODULE=off GOFLAGS='' GOTOOLCHAIN=local GOPROXY=off CGO_ENABLED=0
    export PATH=$GOROOT/bin:$PATH
    step prepare_apt "read the lists of packages"
    step download_packages "download packages and source"
    step unpack_packages "unpack"
    step generate_openapi "generate what the source leaves out"
    step compile_server "compile kube-apiserver (minutes)"
    cp "$unpacked/usr/bin/etcd" "$unpacked/usr/bin/kubectl" "$folder/"
    mv "$work/kube-apiserver" "$folder/"
    echo $revision > "$folder/revision"
    rm -rf "$work"
    say "done"
  fi
fi

echo "$folder"
