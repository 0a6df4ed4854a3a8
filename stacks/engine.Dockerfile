# The engine: API, dispatchers, provision. Built from the repository's root:
#   docker build -f stacks/engine.Dockerfile -t switchboard-engine .
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
# What the engine is made of, and no more: another change, in stacks/ or docs/, builds nothing anew.
# Not rust-toolchain.toml either, which asks for linters too: rustup would fetch them first.
COPY Cargo.toml Cargo.lock ./
COPY shared shared
COPY engine engine
COPY tui tui
# Which commit it is, for --version: there is no repository in here.
ARG SWITCHBOARD_COMMIT=
RUN cargo build --release --locked -p engine

FROM debian:bookworm-slim
# Its HTTP client, that of the health check too, does not begin without any.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /source/target/release/switchboard-engine /usr/local/bin/
USER 10001:10001
ENV SWITCHBOARD_LISTEN=0.0.0.0:8000 SWITCHBOARD_LOG_FORMAT=json
EXPOSE 8000
# Asked often: a new one gets work as soon as it can take it.
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=2 \
    CMD ["switchboard-engine", "health"]
ENTRYPOINT ["switchboard-engine"]
CMD ["serve"]
