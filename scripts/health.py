"""Health checks of the containers: `health.py web|worker|beat|lmtp`. Exit 0 while the service does its work."""

import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

BEAT_MAY_REST = 120  # seconds between two writes of beat's schedule file


def web() -> bool:
    """Asked without any proxy the environment may name; a site that goes only by its public name answers 400, and lives."""
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=4)
    connection.request("GET", "/healthz")
    return connection.getresponse().status < 500


def worker() -> bool:
    """The worker of this container answers a ping over the broker."""
    name = f"celery@{socket.gethostname()}"
    ping = ["celery", "-A", "config", "inspect", "ping", "--destination", name, "--timeout", "4"]
    return subprocess.run(ping, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def beat() -> bool:
    """Beat writes its schedule down while it lives; the shelve may carry a suffix of its own."""
    var = Path(os.environ.get("POSTHOUSE_VAR", "var"))
    ages = [time.time() - path.stat().st_mtime for path in var.glob("celerybeat-schedule*")]
    return bool(ages) and min(ages) < BEAT_MAY_REST


def lmtp() -> bool:
    with socket.create_connection(("127.0.0.1", int(os.environ.get("LMTP_PORT", "8024"))), timeout=4) as connection:
        return connection.recv(3) == b"220"


CHECKS = {"web": web, "worker": worker, "beat": beat, "lmtp": lmtp}

if __name__ == "__main__":
    try:
        sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
    except (OSError, http.client.HTTPException) as error:
        sys.exit(f"{sys.argv[1]}: {error}")
