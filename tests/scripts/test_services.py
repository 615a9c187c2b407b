"""Private PostgreSQL and Redis: they start, they serve, and nothing of them stays."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scripts import services
from tests.scripts.test_run import PATIENCE, ROOT, lives, wait_for

absent = [program for program in ("postgres", "redis-server") if not services.find(program)]
needs_servers = pytest.mark.skipif(bool(absent), reason=f"{' and '.join(absent)} not installed")
COMMAND = [sys.executable, "-m", "scripts.services"]


def servers_of(pid):
    """Everything below a process, by the kernel's own list."""
    below = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*below, *(pid for child in below for pid in servers_of(child))]


def folder_of(pids):
    """The folder that the servers were told to use."""
    words = (word for pid in pids for word in Path(f"/proc/{pid}/cmdline").read_text().split("\0"))
    return next(Path(*Path(word).parts[:3]) for word in words if word.startswith("/tmp/posthouse-services-"))


def is_open(url):
    place = urlsplit(url)
    with socket.socket() as probe:
        return probe.connect_ex((place.hostname, place.port)) == 0


@pytest.fixture
def running(monkeypatch):
    monkeypatch.setenv("TMPDIR", "/tmp")
    process = subprocess.Popen(COMMAND, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    lines = [process.stdout.readline() for _ in range(2)]
    process.urls = dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


@needs_servers
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_they_serve_until_a_signal_and_leave_nothing_even_when_killed(number, running):
    pids = servers_of(running.pid)
    folder = folder_of(pids)
    assert folder.is_dir()
    assert set(running.urls) == {"DATABASE_URL", "REDIS_URL"}
    assert all(is_open(url) for url in running.urls.values())
    running.send_signal(number)
    running.wait(PATIENCE)
    assert number == signal.SIGKILL or running.returncode == 0
    wait_for(lambda: not any(lives(pid) for pid in pids))
    assert not any(is_open(url) for url in running.urls.values())
    wait_for(lambda: not folder.exists())


@needs_servers
@pytest.mark.slow
def test_a_command_runs_with_their_addresses_and_its_exit_code_is_ours():
    code = "import os, sys; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL']); sys.exit(7)"
    done = subprocess.run(
        [*COMMAND, "exec", "--", sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    database, store = done.stdout.split()
    assert done.returncode == 7
    assert database.startswith("postgresql://posthouse@127.0.0.1:")
    assert not is_open(database)
    assert not is_open(store)


@needs_servers
@pytest.mark.slow
def test_an_interrupted_command_is_asked_to_end_and_waited_for(tmp_path):
    done = tmp_path / "done"
    code = (
        "import signal, sys, time, pathlib\n"
        f"signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.5), pathlib.Path({str(done)!r}).touch(), sys.exit()))\n"
        "print('ready', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen(
        [*COMMAND, "exec", "--", sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == services.INTERRUPTED
    assert done.exists()
    process.stdout.close()


def test_without_the_programs_it_says_what_to_type(monkeypatch):
    monkeypatch.setattr(services, "find", lambda program: None)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SystemExit) as end:
        services.require("postgres", "redis-server")
    assert "apt-get install -y --no-install-recommends postgresql redis-server" in str(end.value)


def test_the_newest_postgresql_is_taken(monkeypatch):
    monkeypatch.setattr(
        Path, "glob", lambda *_: [Path(f"/usr/lib/postgresql/{v}/bin/initdb") for v in ("9.6", "15", "13")]
    )
    assert services.find("initdb") == "/usr/lib/postgresql/15/bin/initdb"


def test_a_foreign_server_on_the_port_is_not_taken_for_ours(tmp_path):
    log = tmp_path / "redis.log"
    log.write_text("address already in use")
    ended = subprocess.Popen(["/bin/false"])
    ended.wait()
    with pytest.raises(SystemExit, match="redis did not start:\naddress already in use"):
        services._wait_for(lambda: True, ended, log)


def test_a_wrong_word_prints_how_it_is_used():
    done = subprocess.run([*COMMAND, "exec"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "exec -- CMD" in done.stderr
