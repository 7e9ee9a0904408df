#!/bin/sh
# certificates.sh FOLDER: an authority, and a key and certificate signed by it, for scheduler, workers and apps.
# Whoever holds the key can run programs on the workers.
set -eu
umask 022
mkdir -p "$1"
cd "$1"
umask 077
make_key() { openssl req "$@" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes; }
make_key -x509 -keyout ca.key -out ca.pem -days 3650 -subj "/CN=mnistlab authority"
make_key -keyout lab.key -out lab.csr -subj "/CN=mnistlab"
openssl x509 -req -in lab.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out lab.pem -days 825
chmod 644 ca.pem lab.pem
rm lab.csr
