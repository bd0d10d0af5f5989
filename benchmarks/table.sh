#!/usr/bin/env bash
# Measures the SDS server beside go-control-plane and puts the tables into README.md, between the two marks.
# usage: benchmarks/table.sh PEERS [arguments of compare]     about ten minutes on two quiet cores
set -euo pipefail
cd "$(dirname "$0")"
peers=$(realpath "${1:?the folder with sds-server-go and sds-client-go: build it with peers/build.sh}")
shift
[ -x "$peers/sds-server-go" ] || peers/build.sh "$peers"
dotnet build -c Release SecretProviders.Load -v q
tables=$(mktemp)
trap 'rm -f "$tables"' EXIT
SecretProviders.Load/bin/Release/net10.0/SecretProviders.Load compare --peers "$peers" "$@" > "$tables"
cat "$tables"
commit=$(git rev-parse --short HEAD)
git diff --quiet HEAD -- ../src SecretProviders.Load || commit="$commit with changes"
awk -v tables="$tables" -v commit="$commit" '
    /^<!-- tables end -->/ { inside = 0 }
    !inside { print }
    /^<!-- tables begin -->/ {
        inside = 1
        printf "\nCommit %s, ", commit
        while ((getline line < tables) > 0) print line
        print ""
    }' README.md > "$tables.md"
mv "$tables.md" README.md
