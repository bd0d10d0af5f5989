#!/usr/bin/env bash
# Installs what the tests need beside the .NET SDK: Node.js and its gRPC client, Debian's Python gRPC client, OpenSSL, a
# Kubernetes API server and servers of the Go world, which are built once per machine (minutes). Safe to run again. For
# Debian and its kin; elsewhere install the same things by other means.
set -euo pipefail
cd "$(dirname "$0")/.."

declare -A packages=(
  [node]="nodejs"
  [npm]="npm"
  [openssl]="openssl"
  [protoc]="protobuf-compiler"
  [curl]="curl"
  [dpkg-source]="dpkg-dev"
  [xz]="xz-utils"
)
missing=()
for command in "${!packages[@]}"; do
  command -v "$command" >/dev/null || missing+=("${packages[$command]}")
done
[ -e /usr/include/google/protobuf/any.proto ] || missing+=(libprotobuf-dev)
# The module belongs to Debian's interpreter, whatever else is called python3 here.
/usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null || missing+=(python3-grpcio python3-protobuf)

if [ "${#missing[@]}" -gt 0 ]; then
  echo "Installing: ${missing[*]}"
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  "${root[@]}" apt-get update -q
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

client=Interop/clients/node
if ! cmp -s "$client/package-lock.json" "$client/node_modules/.installed-lock"; then
  (cd "$client" && npm ci --no-audit --no-fund)
  cp "$client/package-lock.json" "$client/node_modules/.installed-lock"
fi

components/kubernetes/build.sh >/dev/null
components/go/build.sh >/dev/null
echo "The components of the tests are installed."
