# The engine: API, dispatchers, provision. Built from the repository's root:
#   docker build -f stacks/engine.Dockerfile -t switchboard-engine .
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
# Only the crates, so that changes in stacks/ or docs/ cause no rebuild.
# rust-toolchain.toml is left out: it names linters, and rustup would download them first.
COPY Cargo.toml Cargo.lock ./
COPY shared shared
COPY engine engine
COPY tui tui
# The commit, for --version: there is no repository in the image.
ARG SWITCHBOARD_COMMIT=
# The allocator is built with make.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends make \
    && rm -rf /var/lib/apt/lists/*
RUN cargo build --release --locked -p engine

FROM debian:bookworm-slim
# Its HTTP client (also the health check's) does not start without CA certificates.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /source/target/release/switchboard-engine /usr/local/bin/
USER 10001:10001
ENV SWITCHBOARD_LISTEN=0.0.0.0:8000 SWITCHBOARD_LOG_FORMAT=json
EXPOSE 8000
# Checked often, so that a new container gets work as soon as it is ready.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=2 \
    CMD ["switchboard-engine", "health"]
ENTRYPOINT ["switchboard-engine"]
CMD ["serve"]
