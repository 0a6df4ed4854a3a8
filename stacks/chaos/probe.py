"""Sends the same three requests to every API all the time, and records each answer."""

import http.client
import threading
import time
from collections import Counter


class Probe:
    """One thread per request and API; each waits for its answer before it asks again."""

    WRITE = "/agent/agent:0/state"
    EVERY = 0.05

    def __init__(self, apis):
        self.answers, self.ending = [], threading.Event()
        self.ports = [api.port for api in apis]
        self.threads = [
            threading.Thread(target=self.ask, args=(port, method, path, body), daemon=True)
            for port in self.ports
            for method, path, body in (("GET", "/readyz", None), ("GET", "/acd", None),
                                       ("PATCH", self.WRITE, '{"state":1}'))]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        for thread in self.threads:
            thread.join()

    def ask(self, port, method, path, body):
        while not self.ending.is_set():
            began = time.monotonic()
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            try:
                connection.request(method, path, body, {"Content-Type": "application/json"})
                status = connection.getresponse().status
            except OSError as reason:
                status = type(reason).__name__
            connection.close()
            self.answers.append((began, time.monotonic(), port, path, status))
            self.ending.wait(self.EVERY)

    def during(self, since, until):
        """Returns the time of the slowest answer, and all answers of that period other than 503."""
        asked = [answer for answer in self.answers if answer[1] >= since and answer[0] < until]
        slowest = max(ended - began for began, ended, *_ in asked)
        # Requests sent before the period, or answered after it, may have either answer.
        wrong = Counter(f"{path} {status}" for began, ended, _, path, status in asked
                        if since <= began and ended < until and status != 503)
        return slowest, wrong

    def turned(self, since, path, to):
        """Returns how long after `since` every API gave that answer for the first time."""
        first = []
        for port in self.ports:
            times = [ended for _, ended, asked, what, status in self.answers
                     if asked == port and what == path and status == to and ended >= since]
            first.append(min(times, default=float("inf")) - since)
        return max(first)
