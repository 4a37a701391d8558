#!/bin/bash
# make-gomod.sh — (re)writes go.mod and go.sum; run it only to change a version.
set -euo pipefail; cd "$(dirname "$0")"
CONTAINERD=2.3.7 PLUGINS=1.9.1
rm -f go.mod go.sum
printf 'module rig.test/node\n\ngo 1.26.0\n' > go.mod
C=github.com/containerd/containerd/v2/cmd P=github.com/containernetworking/plugins/plugins
go get -tool $C/containerd@v$CONTAINERD $C/containerd-shim-runc-v2@v$CONTAINERD $C/ctr@v$CONTAINERD \
  $P/main/bridge@v$PLUGINS $P/main/loopback@v$PLUGINS $P/ipam/host-local@v$PLUGINS
go mod tidy
