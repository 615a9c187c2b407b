"""A small child for the supervisor's tests: `child.py web PORT | stubborn PIDS | parent PIDS | noisy`."""

import http.server
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def note(path, *pids):
    with Path(path).open("a") as notes:
        notes.write("".join(f"{pid}\n" for pid in pids))


def web(port):
    http.server.HTTPServer(("127.0.0.1", int(port)), Answers).serve_forever()


def stubborn(notes):
    """Does not hear the first request to end, as a worker with a long task."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note(notes, os.getpid())
    time.sleep(600)


def parent(notes):
    """Has a child of its own in its group, as gunicorn and beat have."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    note(notes, os.getpid(), child.pid)
    time.sleep(600)


def noisy():
    for number in range(200_000):
        print("a line of some length, number", number)
    time.sleep(600)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
