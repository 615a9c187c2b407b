"""kill -9 at any moment, then the same command again: no letter is lost or doubled, and no counter is wrong. Twenty-one times
where tests go all the way (tests.effort), five times elsewhere.

Real processes with a database of their own: SQLite in a temporary folder, or one more database on the server of DATABASE_URL.
"""

import json
import random
import signal
import subprocess
import time
from functools import partial
from mailbox import mbox

import pytest

from benchmarks.letters import Writer
from tests.effort import ALL_THE_WAY
from tests.house import own_house

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]  # many starts of Python, on machines that do more than this
LETTERS = 1000
BATCH = 25
IMPORTS, KILLS = (2, 7) if ALL_THE_WAY else (1, 4)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Ordinary letters, and among them: seen twice, without Message-ID, without any date, nothing at all, out of order."""
    path = tmp_path_factory.mktemp("crash") / "list.mbox"
    written = list(Writer(seed=5, words=3000, people=200).letters(LETTERS))
    moved = written[40:60] + written[:40] + written[60:]
    out = []
    for place, entry in enumerate(moved):
        out.append(entry)
        if place % 97 == 5:
            out.append(moved[place // 2])
        if place % 120 == 7:
            out.append(
                entry.replace(b"\nMessage-ID: <", b"\nX-Was: <").replace(b"\nSubject: ", b"\nSubject: anonymous ")
            )
        if place % 110 == 9:
            out.append(
                b"From nobody Thu Jan  1 00:00:00 1970\nFrom: u@example.org\nSubject: undated %d\n\nWhen?\n\n" % place
            )
        if place % 300 == 11:
            out.append(b"From nobody Thu Jan  1 00:00:00 2004\n\n\n")
    path.write_bytes(b"".join(out))
    return path


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with own_house(tmp_path_factory.mktemp("house"), IMPORT_BATCH=str(BATCH), IMPORT_PROCESSES="1") as house:
        yield house


def facts(house, group):
    process = house.start("-m", "tests.archive.facts", group)
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return json.loads(out)


def at_least(target, house, group):
    return house.stored(group) >= target


def at_most(target, house, group):
    return house.stored(group) <= target


def killed(process, when, jitter):
    """Kill the main process alone, `jitter` seconds after `when()` is true. Returns whether that came in time."""
    while process.poll() is None and not when():
        time.sleep(0.005)
    try:
        process.wait(jitter)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def wait_until_nobody_is_left(house):
    deadline = time.monotonic() + 10
    while house.processes():
        assert time.monotonic() < deadline, "a helper outlived its import"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def whole(house, source):
    """An import that nobody disturbed."""
    done = json.loads(house.manage("import_archive", "whole", str(source), "--create", "--json").splitlines()[-1])
    done["facts"] = facts(house, "whole")
    return done


def test_undisturbed_every_letter_and_counter_is_right(whole, source):
    assert whole["facts"]["wrong"] == []
    assert whole["messages"] == len(mbox(source)) == whole["imported"] + whole["duplicates"] + whole["quarantined"]
    assert min(whole["duplicates"], whole["quarantined"], whole["corrected_dates"]) > 0


def test_killed_again_and_again_an_import_loses_and_doubles_nothing(house, source, whole):
    chance = random.Random(11)
    landed = set()
    for group in ("first", "second")[:IMPORTS]:
        command = ("manage.py", "import_archive", group, str(source), "--create", "--json")
        for target in sorted(chance.randrange(0, LETTERS) for _ in range(KILLS)):
            process = house.start(*command)
            reached = partial(at_least, target, house, group)
            if killed(process, reached, chance.uniform(0, 0.15)):
                landed.add((group, house.stored(group)))
            wait_until_nobody_is_left(house)
            process.communicate()
        done = json.loads(house.manage(*command[1:]).splitlines()[-1])
        found = facts(house, group)
        # A kill between the end of the import and the end of the process: once more, all of it was there already.
        found["figures"][1:] = [again for again in found["figures"][1:] if again[2] != 0]
        assert found == whole["facts"]
        assert (done["messages"], done["imported"]) in ((whole["messages"], whole["imported"]), (whole["messages"], 0))
    # How many come in time depends on how busy the machine is; that some did is what makes this a test.
    assert len(landed) >= IMPORTS + 1, "the kills did not come while letters were stored"


def test_killed_while_it_takes_a_batch_out_again_the_undo_goes_on(house, source, whole):
    batch = json.loads(house.manage("import_archive", "undone", str(source), "--create", "--json"))["batch"]
    chance = random.Random(3)
    for target in sorted((chance.randrange(100, LETTERS) for _ in range(IMPORTS)), reverse=True):
        process = house.start("manage.py", "undo_import", str(batch))
        killed(process, partial(at_most, target, house, "undone"), chance.uniform(0, 0.1))
        process.communicate()
        assert [line for line in facts(house, "undone")["wrong"] if "import" not in line] == []
    house.manage("undo_import", str(batch))
    found = facts(house, "undone")
    assert (found["letters"], found["ghosts"], found["quarantine"], found["wrong"]) == ([], {}, [], [])
    assert found["archive"] == [1, 0, 0, {}, []]


def test_an_import_that_was_killed_can_be_undone_instead(house, source, whole):
    process = house.start("manage.py", "import_archive", "regretted", str(source), "--create")
    assert killed(process, partial(at_least, 100, house, "regretted"), 0)
    process.communicate()
    batch = house.manage("shell", "-v", "0", "-c", LAST_TRANSFER).strip()
    house.manage("undo_import", batch)
    assert facts(house, "regretted")["letters"] == []


LAST_TRANSFER = (
    "from archive.models import Transfer; print(Transfer.objects.filter(group__slug='regretted').latest('pk').pk)"
)
