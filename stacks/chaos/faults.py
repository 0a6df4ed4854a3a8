"""What is done to a floor under load. Each fault takes a trial, and lasts as long as it says."""

import signal
import time

from floor import until

# Redis is given this long to be there, so that there is a floor to break.
REDIS_STAYS = 10.0
SUPERVISOR = 0.3


def kill(trial):
    """kill -9 of an API, a dispatcher or Redis at random instants; all are started again."""
    floor, redis = trial.floor, trial.redis
    began = time.monotonic()
    next_kill, back_since, killed_at = began + trial.every, began, None
    while time.monotonic() < began + trial.seconds or killed_at:
        time.sleep(0.005)
        now = time.monotonic()
        trial.supervise(redis_away=killed_at is not None)
        if killed_at and redis.answers():
            back_since = time.monotonic()
            trial.returned.append(back_since)
            trial.away.append(back_since - killed_at)
            killed_at = None
        if now < next_kill or now > began + trial.seconds:
            continue
        next_kill += trial.every * trial.random.uniform(0.5, 1.5)
        kinds = ["api", "dispatcher"]
        if "redis" not in trial.spared and not killed_at and now > back_since + REDIS_STAYS:
            kinds.append("redis")
        kind = trial.random.choice(kinds)
        trial.kills[kind] += 1
        if kind == "redis":
            killed_at = now
            redis.kill()
            redis.forget_unfinished()
            redis.start()
        else:
            group = floor.apis if kind == "api" else floor.dispatchers
            trial.random.choice(group).kill()


def stop_and_go(trial):
    """SIGSTOP of an API, a dispatcher or Redis for up to 3 s, then SIGCONT."""
    until_then = time.monotonic() + trial.seconds
    while time.monotonic() < until_then:
        victim = trial.random.choice(trial.floor.engines() + [trial.redis])
        victim.signal(signal.SIGSTOP)
        time.sleep(trial.random.uniform(0.2, 3.0))
        victim.signal(signal.SIGCONT)
        trial.kills[victim.name.rstrip("12") + " stopped"] += 1
        time.sleep(trial.every / 2)


FAULTS = {
    "kill": kill,
    "stop": stop_and_go,
}
