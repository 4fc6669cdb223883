#!/bin/sh
# Runs mdatagen 0.161.0 on a metadata.yaml. Its module needs internal/schemagen at 0.161.0, which the module proxy does not
# serve; 0.159.0 builds the same. `go run module@version` reads no replace, so it is built in a module of its own.
set -eu
version=v0.161.0
folder="${XDG_CACHE_HOME:-$HOME/.cache}/errata/mdatagen-$version"
if [ ! -x "$folder/mdatagen" ]; then
	mkdir -p "$folder"
	cat > "$folder/go.mod" <<MOD
module mdatagen
go 1.26.0
tool go.opentelemetry.io/collector/cmd/mdatagen
require go.opentelemetry.io/collector/cmd/mdatagen $version
replace go.opentelemetry.io/collector/internal/schemagen => go.opentelemetry.io/collector/internal/schemagen v0.159.0
MOD
	(cd "$folder" && GOFLAGS=-mod=mod nice -n 10 go build -o mdatagen go.opentelemetry.io/collector/cmd/mdatagen)
fi
exec "$folder/mdatagen" "$@"
