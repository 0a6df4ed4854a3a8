# One image for haproxy and keepalived; each runs in a container of its own.
# The measurements in keepalived/README.md were made with Debian's versions.
FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends curl haproxy iproute2 keepalived procps \
    && rm -rf /var/lib/apt/lists/*
# Readable for the users of both, whatever the umask of the checkout.
COPY --chmod=644 haproxy/haproxy.cfg /etc/switchboard/haproxy/haproxy.cfg
# keepalived runs no script that anybody but root could have changed.
COPY --chown=root:root --chmod=755 keepalived /etc/switchboard/keepalived
USER 10002:10002
CMD ["haproxy", "-W", "-db", "-f", "/etc/switchboard/haproxy/haproxy.cfg"]
