"""The processes of a floor: a Redis with an append-only file, two APIs, two dispatchers, the clients."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import redis as client

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def until(what, seconds, condition):
    """Waits until a condition holds; returns its value."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise RuntimeError(f"{what}: not within {seconds} s")
        time.sleep(0.005)


class Process:
    """A program with a log; it can be restarted with the same command."""

    def __init__(self, name, folder, command, env=None):
        self.name, self.command, self.log = name, [str(word) for word in command], folder / f"{name}.log"
        self.env = {**os.environ, **(env or {})}
        self.child = None
        # Ended because we ended it: anything else is a fault.
        self.meant_to_end = False
        self.start()

    def start(self):
        self.meant_to_end = False
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.command, env=self.env, stdin=subprocess.DEVNULL,
                                          stdout=log, stderr=log, start_new_session=True)

    def alive(self):
        return self.child.poll() is None

    def signal(self, how):
        if self.alive():
            self.child.send_signal(how)

    def kill(self):
        self.meant_to_end = True
        self.signal(signal.SIGKILL)
        self.child.wait()

    def stop(self):
        self.meant_to_end = True
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            self.child.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def memory(self):
        """Returns its memory in KiB; 0 if it is not running."""
        try:
            status = Path(f"/proc/{self.child.pid}/status").read_text()
        except OSError:
            return 0
        return int(status.partition("VmRSS:")[2].split()[0]) if "VmRSS:" in status else 0


class Redis(Process):
    """A Redis with JSON that writes each command to its append-only file before it answers.

    `appendfsync everysec` is not enough for that: while a write to the disk is in progress it delays
    the next for up to two seconds, and answers meanwhile.
    """

    def __init__(self, name, folder, port, *options):
        self.port, self.url = port, f"redis://127.0.0.1:{port}"
        folder = folder / name
        folder.mkdir()
        program = subprocess.check_output([ROOT / "stacks/dev/redis", "program"], text=True).split()
        super().__init__(name, folder, [
            *program, "--bind", "127.0.0.1", "--port", port, "--dir", folder, "--save", "",
            "--appendonly", "yes", "--appendfsync", "always",
            "--repl-diskless-sync-delay", "0", *options])
        self.cli = client.Redis(port=port, decode_responses=True, socket_timeout=5, retry=None,
                                retry_on_error=[])

    def ask(self, *words):
        return self.cli.execute_command(*words)

    def answers(self):
        try:
            return self.cli.ping()
        except client.RedisError:
            return False

    def forget_unfinished(self):
        """Removes the leftovers of a rewrite of the file that was killed with it."""
        for left in Path(self.log.parent).glob("temp-*"):
            left.unlink(missing_ok=True)

    def wait(self, seconds=120):
        """Waits until it answers PING, which is after it has read its file. Returns when that was."""
        until(f"{self.name} answers", seconds, self.answers)
        return time.monotonic()


class Floor:
    """All of them, in a folder of their own."""

    def __init__(self, folder, port, rate, agents, seed, engine):
        self.folder, self.next_port = folder, port
        self.rate, self.agents, self.seed, self.engine = rate, agents, seed, engine
        self.processes, self.load = [], None
        self.restarts = 0

    def port(self):
        """Returns the next port on which nobody listens."""
        while True:
            self.next_port += 1
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.next_port)):
                    return self.next_port

    def add(self, process):
        self.processes.append(process)
        return process

    def start_redis(self, name="redis", *options):
        server = self.add(Redis(name, self.folder, self.port(), *options))
        server.wait(10)
        return server

    def start_engines(self, url, *options):
        self.apis, self.dispatchers = [], []
        for number in (1, 2):
            for role, group in (("api", self.apis), ("dispatcher", self.dispatchers)):
                port = self.port()
                process = self.add(Process(f"{role}{number}", self.folder, [
                    self.engine, "serve", "--role", role, "--listen", f"127.0.0.1:{port}",
                    "--drain", "0", *options], {"REDIS_URL": url}))
                process.port = port
                group.append(process)
        for api in self.apis:
            until(f"{api.name} listens", 10, lambda: connects(api.port))

    def start_load(self):
        self.ledger = self.folder / "ledger"
        self.load = self.add(Process("load", self.folder, [
            sys.executable, HERE / "load.py", self.ledger, self.seed, self.rate, self.agents,
            *(api.port for api in self.apis)]))
        until("agents", 60, lambda: "staffed" in self.load.log.read_text())

    def end_load(self, seconds=180):
        """Stops new contacts, and waits until the present ones have ended."""
        self.load.meant_to_end = True
        self.load.signal(signal.SIGUSR1)
        until("the end of the visits", seconds, lambda: not self.load.alive())
        return json.loads(self.load.log.read_text().splitlines()[-1])

    def engines(self):
        return self.apis + self.dispatchers

    def troubles(self):
        """Returns the processes that ended by themselves, and log lines that must not occur."""
        for process in self.processes:
            if not process.alive() and not process.meant_to_end:
                yield f"{process.name} ended by itself with {process.child.returncode}"
        for log in sorted(self.folder.glob("**/*.log")):
            text = log.read_text(errors="replace")
            if "panicked" in text or "Traceback" in text:
                yield f"{log.name}: {text[text.find('panicked') - 200:][:400]}"

    def stop(self):
        for process in reversed(self.processes):
            process.stop()


def connects(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
