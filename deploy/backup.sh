#!/bin/sh
# backup.sh STORE FILE.tar: copies a store, also while apps work on it.
set -eu
store=$1 file=$2
umask 077
begun=$(mktemp)
trap 'rm -f "$begun"' EXIT
# A file that goes or grows meanwhile is no failure: tar ends with 1 then, with 2 where something is wrong.
copy() {
    tar --file "$file.part" --directory "$store" --ignore-failed-read --warning no-failed-read --files-from - "$@" || [ $? -eq 1 ]
}

# How far a run is comes first. What is copied after it is as old or newer, so no run is further on paper than its files are; one
# that begins meanwhile waits for the next backup.
(cd "$store" && find . -path './runs/*/state.json') > "$begun"
sed 'p; s/state.json$/checkpoint.npz/' "$begun" | copy --create
# Then all the rest, but what is half written, what only running apps mean something by, and what is computed again when it is asked for.
{
    sed 's/state.json$//' "$begun"
    cd "$store" && find . -mindepth 1 -maxdepth 1 ! -name runs ! -name engines ! -name answers
} | copy --append --exclude state.json --exclude checkpoint.npz --exclude '*.part' --exclude '*.lock'
mv "$file.part" "$file"
