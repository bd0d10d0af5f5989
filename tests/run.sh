#!/usr/bin/env bash
# Builds everything and runs every test program; installs what the tests need (Debian packages and npm modules).
# The last line counts all of them together: "N passed, N failed". A skipped test counts as failed.
set -uo pipefail
cd "$(dirname "$0")/.."

configuration=${CONFIGURATION:-Release}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

tests/components/install.sh || { echo "a component is missing"; echo "0 passed, 1 failed"; exit 1; }
dotnet build SecretProviders.sln -c "$configuration" -v quiet --nologo || { echo "0 passed, 1 failed"; exit 1; }

# Without a server the tests that need one do not exist (tests/SecretProviders.Vault.Tests/RealServer); VAULT_TOKEN,
# VAULT_CACERT and VAULT_NAMESPACE count too, and a dev server's ~/.vault-token.
if [ -n "${VAULT_ADDR:-}" ]; then
  echo "Vault real server: $VAULT_ADDR"
else
  echo "Vault real server: not run"
fi

# A test that hangs is named by the runner after a minute, and its program is ended.
limit=600
passed=0
failed=0
for project in tests/*/*.Tests.csproj; do
  name=$(basename "$project" .csproj)
  program="$(dirname "$project")/bin/$configuration/net10.0/$name"
  echo "== $name"
  output=$(timeout "$limit" "$program" -noColor -diagnostics -longRunning 60 2>&1)
  code=$?
  summary=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' <<<"$output" | tail -n 1)
  if [ -z "$summary" ]; then
    echo "$output" | tail -n 50
    echo "$name ran no test"
    failed=$((failed + 1))
    continue
  fi

  read -r total errors bad skipped < <(grep -oE '[0-9]+' <<<"$summary" | xargs)
  bad=$((bad + errors + skipped))
  if [ "$bad" -ne 0 ] || [ "$code" -ne 0 ]; then
    grep -vE '^ *(Discover|Starting|Finished)' <<<"$output" | tail -n 200
    [ "$bad" -ne 0 ] || bad=1
  fi

  passed=$((passed + total - bad))
  failed=$((failed + bad))
  echo "   $summary"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
