"""The faults: how each is made on the hosts, how it is repaired, and what the stack must achieve.

Each takes the lab, makes the fault, and returns the function that repairs it.
"""

import os
import shutil
import signal
import time
from dataclasses import dataclass
from typing import Callable


@dataclass
class Fault:
    """A fault, and the time without service that it may cost; None means no failed request."""

    name: str
    title: str
    make: Callable
    seconds: float | None
    # The tolerance on a machine that may have other things to do.
    forgiven: float = 1.0


def kill_haproxy(lab):
    master = lab.holder()
    lab("kill", master, "haproxy")
    return lambda: lab("start", master, "haproxy")


def hang_haproxy(lab):
    master = lab.holder()
    pids = lab.pids(master, "haproxy")
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)

    def mend():
        for pid in pids:
            os.kill(pid, signal.SIGCONT)

    return mend


def lose_servers(lab):
    """The master alone no longer reaches its servers; clients and its peer still reach it."""
    master = lab.holder()
    lab("run", master, "nft", """
        table inet trial {
            chain out {
                type filter hook output priority 0;
                ip daddr 192.168.20.21-192.168.20.49 drop
            }
        }""")
    return lambda: lab("run", master, "nft", "delete table inet trial")


def cut_link(lab):
    master = lab.holder()
    lab("unplug", master)
    return lambda: lab("plug", master)


def power_off(lab, host):
    """Removes a host without closing its connections."""
    lab("unplug", host)
    lab("kill", host)

    def mend():
        lab("plug", host)
        lab("start", host)

    return mend


def stop_api(lab):
    return power_off(lab, "api1")


def stop_dispatcher(lab):
    """Stops a dispatcher just before something is due; the other one has to do it."""
    while not 0.5 < lab.floor.deadline() < 1.5:
        time.sleep(0.1)
    mend = power_off(lab, "disp1")
    begun = time.monotonic()
    time.sleep(2)
    while (overdue := lab.floor.deadline()) < 0 and time.monotonic() < begun + 20:
        time.sleep(0.1)
    if overdue < 0:
        lab.complain(f"nobody does what is due: {-overdue:.1f} s late")
    return mend


def kill_primary(lab):
    """It comes back empty and believes that it is the primary."""
    primary = lab.primary()
    lab("kill", primary, "redis")

    def mend():
        data = lab.state / primary / "redis"
        shutil.rmtree(data)
        lab("start", primary, "redis")
        lab.until("three Redis that follow one primary", 40, lab.replicated)

    return mend


def restart_apis(lab):
    """Restarts them one after the other, each when the one before serves again."""
    for host in ("api1", "api2"):
        lab("stop", host)
        lab("start", host)
        lab.until(f"{host} in service", 20, lab.balancers_see_all)
    return lambda: None


def planned_move(lab):
    """As before maintenance: first the address moves, then the balancer stops."""
    master = lab.holder()
    moved = lab.state / master / "run/switchboard/moved"
    moved.write_text("1\n")
    lab.until("the other balancer", 5, lambda: lab.holder() not in (None, master))
    time.sleep(0.5)
    lab("stop", master)

    def mend():
        lab("start", master)
        moved.write_text("0\n")

    return mend


FAULTS = [
    Fault("kill-haproxy", "HAProxy killed on the master", kill_haproxy, 1.2),
    Fault("hang-haproxy", "HAProxy hangs on the master", hang_haproxy, 2.0),
    Fault("lose-servers", "the master loses all its servers", lose_servers, 2.0),
    Fault("cut-link", "the master's link is cut", cut_link, 0.8),
    Fault("planned-move", "planned move of the address", planned_move, None),
    Fault("stop-api", "an API host loses power", stop_api, 3.0),
    Fault("restart-apis", "all API hosts restarted in turn", restart_apis, None),
    Fault("stop-dispatcher", "a dispatcher host loses power", stop_dispatcher, None),
    # Two Sentinels that begin at the same moment may each vote for themselves: then they try again
    # after twice their failover-timeout, which is 4 s.
    Fault("kill-primary", "Redis primary killed, returns empty", kill_primary, 5.0, forgiven=6.0),
]
