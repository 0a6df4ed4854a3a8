"""The faults of a floor under load. Each takes a trial, and lasts as long as the trial says."""

import signal
import time
from dataclasses import dataclass
from typing import Callable

from floor import until
from probe import Probe

# Redis is left alone for this many rounds when it is back, so that there is a floor to break.
REDIS_STAYS = 3
# The guarantees: while Redis is down, requests are answered 503 within a second and /readyz changes
# within two; two seconds after its return everything is as before.
ANSWERED, TURNED, RECOVERED = 1.0, 2.0, 2.0
# How far the replica is behind its primary, so that a failover without WAIT shows its losses.
BEHIND = 0.2
# The most that an engine's memory may grow during an outage.
GROWTH = 8 << 10


def kill(trial):
    """kill -9 of an API, a dispatcher or Redis at random instants; all are started again."""
    floor, redis = trial.floor, trial.redis
    began = time.monotonic()
    next_kill, back_since, killed_at = began + trial.every, began, None
    while time.monotonic() < began + trial.seconds or killed_at:
        time.sleep(0.005)
        now = time.monotonic()
        trial.supervise()
        if killed_at and redis.answers():
            back_since = time.monotonic()
            trial.back(back_since, back_since - killed_at)
            killed_at = None
        if now < next_kill or now > began + trial.seconds:
            continue
        next_kill += trial.every * trial.random.uniform(0.5, 1.5)
        kind = trial.random.choice(["api", "dispatcher", "redis"])
        rested = not killed_at and now > back_since + REDIS_STAYS * trial.every
        # A short run should also include Redis.
        if rested and not trial.returned:
            kind = "redis"
        if kind == "redis" and not rested:
            kind = trial.random.choice(["api", "dispatcher"])
        trial.done[f"{kind} killed"] += 1
        if kind == "redis":
            killed_at = now
            redis.kill()
            redis.forget_unfinished()
            redis.start()
        else:
            group = floor.apis if kind == "api" else floor.dispatchers
            trial.random.choice(group).kill()


def kill_engines(trial):
    """kill -9 of APIs and dispatchers only."""
    for _ in trial.rounds(trial.every):
        victim = trial.random.choice(trial.floor.engines())
        trial.done[f"{victim.name} killed"] += 1
        victim.kill()


def stop(trial):
    """SIGSTOP of an API, a dispatcher or Redis for up to 3 s, then SIGCONT."""
    for _ in trial.rounds(trial.every / 2):
        victim = trial.random.choice([*trial.floor.engines(), trial.redis])
        trial.done[f"{victim.name} stopped"] += 1
        victim.signal(signal.SIGSTOP)
        time.sleep(trial.random.uniform(0.2, 3.0))
        victim.signal(signal.SIGCONT)


def restart(trial):
    """kill -9 of Redis alone, which is restarted at once and reads its append-only file."""
    for _ in trial.rounds(trial.every):
        killed = time.monotonic()
        trial.redis.kill()
        trial.redis.start()
        back = trial.redis.wait()
        trial.done["redis killed"] += 1
        trial.back(back, back - killed)


def unavailable(trial):
    """Redis is down for half of the time, and then runs but does not answer for as long."""
    outage(trial, "killed", trial.redis.kill, trial.redis.start)
    outage(trial, "silent", lambda: trial.redis.signal(signal.SIGSTOP),
           lambda: trial.redis.signal(signal.SIGCONT))


def outage(trial, how, take, give):
    floor = trial.floor
    trial.done[f"Redis {how}"] += 1
    with Probe(floor.apis) as probe:
        time.sleep(0.5)
        taken = time.monotonic()
        take()
        # A signal takes a moment to arrive, and earlier requests may still be answered.
        gone = time.monotonic() + 0.05
        time.sleep(TURNED)
        before = {engine.name: engine.memory() for engine in floor.engines()}
        time.sleep(max(2.0, trial.seconds / 2 - TURNED))
        after = {engine.name: engine.memory() for engine in floor.engines()}
        given = time.monotonic()
        give()
        back = trial.redis.wait()
        trial.back(back, back - taken)
        time.sleep(RECOVERED)
    slowest, other = probe.during(gone, given)
    trial.must(f"Redis {how}: slowest answer", slowest, ANSWERED)
    if other:
        trial.complaints.append(f"Redis {how}: answered {dict(other)}, should be 503")
    trial.must(f"Redis {how}: /readyz says no after", probe.turned(taken, "/readyz", 503), TURNED)
    trial.must(f"Redis {how}: /readyz says yes after", probe.turned(back, "/readyz", 200), RECOVERED)
    trial.must(f"Redis {how}: both APIs write again after", probe.turned(back, probe.WRITE, 200), RECOVERED)
    grown = max(after[name] - before[name] for name in before)
    trial.must(f"Redis {how}: memory grew by (KiB)", grown, GROWTH)


def cut(trial):
    """Connections to Redis break, and answers are lost after the request was carried out."""
    proxy = trial.proxy
    for _ in trial.rounds(trial.every / 4):
        if trial.random.random() < 0.3:
            proxy.cut()
        else:
            proxy.lose = trial.random.randint(1, 4)
    proxy.lose = 0
    trial.done.update({"connections cut": proxy.cuts, "answers lost": proxy.lost})


def full(trial):
    """Redis has no memory left and evicts nothing, and then has some again; contacts can be ended."""
    for _ in trial.rounds(trial.every):
        used = trial.redis.ask("INFO", "memory")["used_memory"]
        trial.redis.ask("CONFIG", "SET", "maxmemory", int(used * 0.9))
        since = time.monotonic()
        with Probe(trial.floor.apis) as probe:
            time.sleep(trial.every)
            trial.redis.ask("CONFIG", "SET", "maxmemory", 0)
            freed = time.monotonic()
            time.sleep(1.0)
        trial.done["full"] += 1
        trial.full.append((since, freed))
        trial.back(freed, freed - since)
        slowest, _ = probe.during(since, freed)
        trial.must("full: slowest answer", slowest, ANSWERED)


def read_only(trial):
    """The address leads to a replica, which refuses to write, and then to the primary again."""
    for _ in trial.rounds(trial.every):
        trial.proxy.lead_to(trial.replica.port)
        since = time.monotonic()
        time.sleep(trial.every)
        trial.proxy.lead_to(trial.redis.port)
        trial.done["led to the replica"] += 1
        trial.back(time.monotonic(), time.monotonic() - since)


def slow(trial):
    """Everything takes 100 ms to Redis and 100 ms back."""
    trial.proxy.delay = 0.1
    time.sleep(trial.seconds)
    trial.proxy.delay = 0.0
    trial.done["seconds at 100 ms each way"] += int(trial.seconds)


def failover(trial):
    """The primary dies, and a replica that is 200 ms behind takes over at its address."""
    time.sleep(trial.seconds / 2)
    killed = time.monotonic()
    trial.redis.kill()
    trial.replica.ask("REPLICAOF", "NO", "ONE")
    trial.verifier.turn_to(trial.replica.url)
    trial.proxy.lead_to(trial.replica.port)
    back = time.monotonic()
    trial.redis = trial.replica
    # Changes that wait for a replica need one again.
    trial.floor.start_redis("second", "--replicaof", f"127.0.0.1 {trial.redis.port}")
    trial.done["failover"] += 1
    trial.back(back, back - killed)
    time.sleep(trial.seconds / 2)


def two_nodes(trial):
    """Makes a Redis Cluster of two nodes; all slots are on the first."""
    trial.other = trial.floor.start_redis("other", *CLUSTER)
    trial.redis.ask("CLUSTER", "ADDSLOTSRANGE", 0, 16383)
    trial.redis.ask("CLUSTER", "MEET", "127.0.0.1", trial.other.port)
    for node in (trial.redis, trial.other):
        until("a cluster", 30, lambda: "cluster_state:ok" in node.ask("CLUSTER", "INFO"))


def move_slot(trial):
    """The slot of the ACD moves to another node of a Redis Cluster, key by key; the address follows."""
    source, target = trial.redis, trial.other
    ids = {node: node.ask("CLUSTER", "MYID") for node in (source, target)}
    slot = source.ask("CLUSTER", "KEYSLOT", "{acd}:meta")
    time.sleep(trial.seconds / 3)
    began = time.monotonic()
    target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", ids[source])
    source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", ids[target])
    while keys := source.ask("CLUSTER", "GETKEYSINSLOT", slot, 4):
        source.ask("MIGRATE", "127.0.0.1", target.port, "", 0, 5000, "KEYS", *keys)
        trial.done["keys moved"] += len(keys)
        time.sleep(0.05)
    for node in (target, source):
        node.ask("CLUSTER", "SETSLOT", slot, "NODE", ids[target])
    trial.notes.append(f"the slot moved within {time.monotonic() - began:.1f} s")
    trial.verifier.turn_to(target.url)
    # As long as the keeper of the address may take.
    time.sleep(1.0)
    trial.proxy.lead_to(target.port)
    trial.back(time.monotonic(), time.monotonic() - began)
    time.sleep(trial.seconds / 3)


CLUSTER = ("--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1")


@dataclass
class Fault:
    """A fault, and the floor that it needs."""

    make: Callable
    # The engines reach Redis through a proxy.
    proxied: bool = False
    # There is a replica, this far behind.
    replica: float | None = None
    # Acknowledged changes may be lost: that is reported and is not a failure.
    may_lose: bool = False
    # Further options of the engines and of Redis.
    engine: tuple = ()
    redis: tuple = ()
    # What to do before the engines start.
    prepare: Callable | None = None


FAULTS = {
    "kill": Fault(kill),
    "kill-engines": Fault(kill_engines),
    "stop": Fault(stop),
    "restart": Fault(restart),
    "unavailable": Fault(unavailable),
    "cut": Fault(cut, proxied=True),
    "full": Fault(full),
    "read-only": Fault(read_only, proxied=True, replica=0.0),
    "slow": Fault(slow, proxied=True),
    "failover": Fault(failover, proxied=True, replica=BEHIND, may_lose=True),
    "cluster": Fault(move_slot, proxied=True, redis=CLUSTER, prepare=two_nodes),
    # Skipped with an engine that does not have the option.
    "failover-replicated": Fault(failover, proxied=True, replica=BEHIND,
                                 engine=("--durability", "replicated")),
}

# The faults that CI runs, a few seconds each.
QUICK = ["kill", "unavailable", "cut", "full", "failover", "cluster"]
