# One image for both halves of a balancer, haproxy and keepalived, each in a container of its own.
# Debian's versions are those that the measurements in keepalived/README.md were made with.
FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl haproxy iproute2 keepalived procps \
    && rm -rf /var/lib/apt/lists/*
# Whatever umask they were checked out with, the users of both read them.
COPY --chmod=644 haproxy/haproxy.cfg /etc/switchboard/haproxy/haproxy.cfg
# keepalived runs no script that others than root could have changed.
COPY --chown=root:root --chmod=755 keepalived /etc/switchboard/keepalived
USER 10002:10002
CMD ["haproxy", "-W", "-db", "-f", "/etc/switchboard/haproxy/haproxy.cfg"]
