"""kill -9 in the middle of a delivery: nobody misses a copy, at most twenty get it twice. Real processes, real SMTP."""

import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing

import psycopg

from tests.house import ROOT, House, own_house
from tests.mail.relay import FakeRelay

MEMBERS = 500
KILLS = 2

QUEUE = f"""
import django; django.setup()
from mail.models import Kind
from mail.outbox.queue import queue_letter
queue_letter(Kind.POST, b"Subject: Seeds\\r\\n\\r\\nHi\\r\\n", [f"p{{n}}@d{{n % 7}}.example" for n in range({MEMBERS})])
"""
SEND = "import django; django.setup(); from mail.outbox.send import send_due; send_due()"


def run(house: House, code: str, relay: FakeRelay) -> "subprocess.Popen[bytes]":
    environment = {**house.environment, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(relay.port)}
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=environment)


def states(house: House) -> Counter[str]:
    question = "SELECT state, count(*) FROM mail_delivery GROUP BY state"
    if house.database:
        with psycopg.connect(house.database) as server:
            return Counter(dict(server.execute(question).fetchall()))
    with closing(sqlite3.connect(house.var / "posthouse.sqlite3")) as file:
        return Counter(dict(file.execute(question).fetchall()))


def wait_until(is_so, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_kill_9_of_the_sender(tmp_path):
    with own_house(tmp_path) as house:
        with FakeRelay() as relay:
            assert run(house, QUEUE, relay).wait(120) == 0
            for number in range(1, KILLS + 1):
                sender = run(house, SEND, relay)
                wait_until(lambda: len(relay.letters) >= number * MEMBERS // (KILLS + 2))  # noqa: B023
                sender.send_signal(signal.SIGKILL)
                sender.wait()
            assert run(house, SEND, relay).wait(120) == 0
        copies = Counter(letter.rcpt for letter in relay.letters)
        assert len(copies) == MEMBERS
        assert sum(copies.values()) - MEMBERS <= 20 * KILLS
        assert states(house) == Counter(sent=MEMBERS)
