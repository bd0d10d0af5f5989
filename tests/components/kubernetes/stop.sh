#!/usr/bin/env bash
# Stops at once what start.sh started in FOLDER; with --remove the folder goes too.
#   stop.sh FOLDER [--remove]
set -uo pipefail
cd "${1:?usage: stop.sh FOLDER [--remove]}" || exit 1

for name in guard apiserver etcd; do
  [ -s "$name.pid" ] || continue
  id=$(cat "$name.pid")
  rm -f "$name.pid"
  # The guard becomes this script when its owner is gone.
  [ "$id" != "$$" ] || continue
  # Each leads a process group of its own. The data is for tests only: nobody waits for a last write to the disk.
  kill -9 -- "-$id" 2>/dev/null
  while grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$id/status"; do sleep 0.05; done
done

if [ "${2:-}" = --remove ]; then
  rm -rf "$PWD"
fi
