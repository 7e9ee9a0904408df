#!/bin/sh
# backup.sh STORE FILE.tar: copies a store, also while the app works on it.
set -eu
store=$1 file=$2
umask 077
# A file that goes or grows meanwhile is no failure: tar ends with 1 then, with 2 where something is wrong.
copy() { tar --file "$file.part" --directory "$store" "$@" || [ $? -eq 1 ]; }

# How far a run is comes first. What is copied after it is as old or newer, so a run is never further on paper than its files are.
find "$store" -path "*/runs/*" \( -name state.json -o -name checkpoint.npz \) -printf '%P\n' |
    copy --create --ignore-failed-read --files-from -
# Then all the rest, but what is half written, what only a running app means something by, and what is computed again when asked for.
copy --append --exclude state.json --exclude checkpoint.npz --exclude '*.part' --exclude '*.lock' --exclude ./answers --exclude ./engines .
mv "$file.part" "$file"
