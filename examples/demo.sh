#!/usr/bin/env bash
# The example organization from nothing to done, in a new local Semaphore that is thrown away.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
reconciler=$(realpath "${1:-$checkout/.venv/bin/reconciler}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ln -s "$checkout/examples" "$folder/examples"
cd "$folder"
export SEMAPHORE_ORGANIZATION_URL=embedded:

show() {
  printf '\n$ reconciler %s\n\n' "$*"
  "$reconciler" "$@" </dev/null
}

echo "A local Semaphore in a new, empty database. No account, no token, no network."
show validate examples/manifests
show apply --auto-approve examples/manifests
show plan --detailed-exitcode examples/manifests
printf '\nThe second plan found nothing to do. The manifests are in examples/manifests.\n'
