#!/usr/bin/env bash
# A small company in a new local Semaphore that is thrown away: what others change is found, and written down.
set -euo pipefail
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
reconciler=$(realpath "${1:-$checkout/.venv/bin/reconciler}")
python=$(realpath --no-symlinks "${2:-$checkout/.venv/bin/python}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r "$checkout/examples/manifests" "$folder/manifests"
cd "$folder"
export SEMAPHORE_ORGANIZATION_URL=embedded:

show() { # a command, and of what it says what comes from a first line on
  printf '\n$ reconciler %s\n\n' "${*:2}"
  "$reconciler" --quiet "${@:2}" </dev/null | sed -n "$1"
}

echo "A local Semaphore in a new, empty database. No account, no token, no network."
echo "In manifests/ is what a small company wants to have there. Make it so:"
show '/^Done/,$p' apply --auto-approve manifests
sleep 1 # what happens within one second can't be told apart
"$python" "$checkout/examples/by_hand.py"
printf '\nSomebody has a nightly check start half an hour later, by hand. What is it that changed?\n'
show '1,$p' drift manifests || [ $? = 2 ]
printf '\nThat was right, and belongs into the file:\n'
show '/^---/,$p' drift manifests --absorb --auto-approve
printf '\nIs there anything left to do?\n'
show '1,$p' plan --detailed-exitcode manifests
