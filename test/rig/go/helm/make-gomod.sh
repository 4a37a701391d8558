#!/bin/bash
# make-gomod.sh — (re)writes go.mod and go.sum; run it only to change a version.
set -euo pipefail; cd "$(dirname "$0")"
HELM=4.2.4
rm -f go.mod go.sum
printf 'module rig.test/helm\n\ngo 1.26.0\n' > go.mod
go get -tool helm.sh/helm/v4/cmd/helm@v$HELM
go mod tidy
