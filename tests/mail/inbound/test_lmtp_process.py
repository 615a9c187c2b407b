"""The real server in a process of its own, under kill -9, signals, and a database that goes away."""

import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.house import House, own_house
from tests.mail.doors import Caller

pytestmark = pytest.mark.slow

GARDENERS = "gardeners@posthouse.localhost"
MADE = "from groups.models import Group; Group.objects.create(slug='gardeners', name='Gardeners')"
COUNT = "from mail.models import Spooled; print(*(row.raw_bytes.split()[0].decode() for row in Spooled.objects.order_by('pk')))"
DRAIN = "from mail.inbound.maildir import drain; print(drain())"
PATIENCE = 60


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with own_house(tmp_path_factory.mktemp("house") / "var") as house:
        house.manage("shell", "-c", MADE)
        yield house


@contextmanager
def lmtp(house: House) -> Iterator["tuple[subprocess.Popen[str], str]"]:
    process = house.start("manage.py", "run_lmtp", "--port", "0")
    try:
        line = process.stderr.readline()
        assert line.startswith("LMTP on "), line
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.communicate()


def post(caller: Caller, name: str) -> bool:
    """Whether the server said yes to a letter of this name."""
    caller.say(
        b"MAIL FROM:<bob@example.org>\r\nRCPT TO:<gardeners@posthouse.localhost>\r\nDATA\r\n"
        + name.encode()
        + b"\r\n.\r\n"
    )
    return [caller.hear()[:3] for _ in range(4)][-1] == "250"


def there(house: House) -> list[str]:
    return house.manage("shell", "-v", "0", "-c", COUNT).split()


def test_killed_at_any_moment_it_has_kept_all_it_said_yes_to(house):
    promised, number = [], 0
    for _ in range(3):
        with lmtp(house) as (process, where), Caller(where) as caller:
            last = random.randint(5, 59)
            try:
                while post(caller, f"killed-{number}"):
                    promised.append(f"killed-{number}")
                    number += 1
                    if number % 60 == last:
                        caller.say(b"MAIL FROM:<x@example.org>\r\n")
                        process.kill()
            except OSError:
                pass
            number += 1
    found = there(house)
    assert len(promised) > 10
    assert [name for name in promised if found.count(name) != 1] == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order(house, number):
    with lmtp(house) as (process, where), Caller(where) as caller:
        assert post(caller, f"signal-{number}")
        process.send_signal(number)
        assert caller.hear().startswith("421 4.3.2")
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == ""
    assert f"signal-{number}" in there(house)


def test_a_port_in_use_is_said_in_one_sentence(house):
    with lmtp(house) as (_, where):
        done = house.run("run_lmtp", "--port", where.rpartition(":")[2])
    assert done.returncode == 1
    assert done.stderr.decode().startswith(f"Cannot listen on {where}: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.postgres
def test_the_database_goes_and_comes_back_and_no_letter_is_lost(house):
    if not house.database:
        pytest.skip("needs the server profile")
    with lmtp(house) as (_, where), Caller(where) as caller:
        assert post(caller, "before")
        allow(house, False)
        assert all(post(caller, f"away-{number}") for number in range(5))
        assert len(list((house.var / "spool/new").glob("*.eml"))) == 5
        allow(house, True)
        house.manage("shell", "-v", "0", "-c", DRAIN)
        cut_connections(house)
        assert post(caller, "after")
        house.manage("shell", "-v", "0", "-c", DRAIN)
    names = ["before", *(f"away-{number}" for number in range(5)), "after"]
    found = there(house)
    assert [found.count(name) for name in names] == [1] * len(names)
    assert not list((house.var / "spool/new").iterdir())


def allow(house: House, connections: bool) -> None:
    """Whether the server lets anybody into the house's database; who is in is sent out."""
    name = urlsplit(house.database).path[1:]
    with psycopg.connect(house.database.replace(f"/{name}", "/postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(connections).lower()}")
    cut_connections(house)


def cut_connections(house: House) -> None:
    name = urlsplit(house.database).path[1:]
    with psycopg.connect(house.database.replace(f"/{name}", "/postgres"), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
