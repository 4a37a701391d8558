# One file of JavaScript, Node and the libraries that Node is linked with; no shell, no package manager.
#
#   docker build -t cors-operator .
#
# Pin what it is built with: --build-arg BUILD_IMAGE=node:24-bookworm-slim@sha256:…
# Any image with npm, a shell, ldd and a C library of GNU's does, so a local tag is as good.
ARG BUILD_IMAGE=node:24-bookworm-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY .npmrc package.json package-lock.json ./
RUN npm ci --cache=/tmp/npm && rm -rf /tmp/npm
COPY tsconfig.json ./
COPY scripts/build.ts scripts/
COPY src src
RUN npm run build

# The Node that the tests ran with, at the same paths as here: its dynamic loader looks for libraries where they are now.
RUN set -eu; \
    node=node_modules/node/bin/node; \
    mkdir -p /image/app /image/etc /image/usr/bin; \
    cp "$node" /image/usr/bin/node; \
    ldd "$node" | sed -n 's|^[^/]*\(/[^ ]*\) (0x.*|\1|p' | while read -r library; do \
      mkdir -p "/image$(dirname "$library")"; \
      cp -L "$library" "/image$library"; \
    done; \
    echo 'nonroot:x:65532:65532::/:/none' > /image/etc/passwd; \
    echo 'nonroot:x:65532:' > /image/etc/group; \
    cp dist/cors-operator.mjs dist/cors-operator.mjs.LEGAL.txt /image/app/
COPY LICENSE /image/app/

FROM scratch
ARG VERSION=0.0.0-dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="cors-operator" \
      org.opencontainers.image.description="A Kubernetes operator that makes CORS right: one policy, exact on every ingress controller or explained." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=build /image /
ENV NODE_ENV=production
USER 65532:65532
WORKDIR /data
ENTRYPOINT ["/usr/bin/node", "/app/cors-operator.mjs"]
CMD ["--help"]
