#!/usr/bin/env bash
# The example organization from nothing to done, in a new local Semaphore that is thrown away.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
reconciler=$(realpath "${1:-.venv/bin/reconciler}")
database=$(mktemp -d)
trap 'rm -rf "$database"' EXIT
export SEMAPHORE_ORGANIZATION_URL="embedded:$database/demo.db"

show() {
  printf '\n$ reconciler %s\n\n' "$*"
  "$reconciler" "$@" </dev/null
}

echo "A local Semaphore in a new, empty database. No account, no token, no network."
show validate examples/manifests
show apply --auto-approve examples/manifests
show plan --detailed-exitcode examples/manifests
printf '\nThe second plan found nothing to do. The manifests are in examples/manifests.\n'
