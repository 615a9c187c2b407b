"""Real processes, really killed: whatever dies, each letter ends up in the archive once."""

import random
import signal
import time

import pytest

from tests.house import own_house

pytestmark = pytest.mark.slow

SET_UP = """
import django; django.setup()
from tests.builders import make_group, make_user
from tests.mail.letters import arrived, raw
group = make_group("gardeners", members=[make_user("Bob")])
for number in range({letters}):
    arrived(group, raw(message_id=f"<{{number}}@example.org>", body=f"Letter {{number}}.\\n" * 50))
"""
WORKER = """
import django; django.setup()
from time import sleep
from mail.inbound import pipeline, posts
pipeline.BATCH = 5
posts.send_all_on = lambda handed: sleep(0.01 * len(handed))  # long enough to die in
print("at work", flush=True)
while pipeline.Inbound.objects.filter(state="received").exists():
    pipeline.process_waiting({seconds})
    sleep(0.05)
"""
COUNT = """
import django; django.setup()
from archive.models import Message
from mail.models import Inbound
archived = Inbound.objects.filter(state="archived", letter__isnull=False)
print(Message.objects.count(), archived.count(), archived.filter(attempts__gt=1).count())
"""


def test_workers_killed_at_random_lose_nothing_and_double_nothing(tmp_path):
    letters = 120
    with own_house(tmp_path) as house:
        run = house.start("-c", SET_UP.format(letters=letters))
        assert run.wait(60) == 0, run.stderr.read()
        chance = random.Random(20260302)
        for _ in range(6):
            worker = house.start("-c", WORKER.format(seconds=60))
            assert worker.stdout.readline() == "at work\n"
            time.sleep(0.05 + 0.2 * chance.random())
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
        two = [house.start("-c", WORKER.format(seconds=60)) for _ in range(2)]
        for worker in two:
            assert worker.wait(120) == 0, worker.stderr.read()
        out, errors = house.start("-c", COUNT).communicate()
        stored, archived, tried_again = map(int, out.split())
        assert (stored, archived) == (letters, letters), errors
        assert tried_again > 0  # somebody did die in the middle
