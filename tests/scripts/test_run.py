"""The supervisor of `make run`, with tiny children in the place of web and worker."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts import run
from scripts.guard import Guard
from scripts.services import free_port

ROOT = Path(run.__file__).resolve().parents[1]
CHILD = str(Path(__file__).with_name("child.py"))
PATIENCE = 90  # a shared machine may stand still for half a minute


def child(*words):
    return [sys.executable, CHILD, *map(str, words)]


def lives(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@contextmanager
def supervisor(**children):
    """The running supervisor, once it has said that it is there. `web` comes first and answers by itself."""
    port = free_port()
    commands = {"web": child("web", port), **children}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.scripts.supervised", str(port), json.dumps(commands)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    process.port = port
    try:
        said = iter(process.stdout.readline, "")
        assert any("Ctrl-C stops everything" in line for line in said)
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def pids_in(notes, count):
    wait_for(lambda: notes.exists() and len(notes.read_text().split()) >= count)
    return [int(pid) for pid in notes.read_text().split()]


def children_of(pid):
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_every_child_and_their_children(number, tmp_path):
    notes = tmp_path / "pids"
    with supervisor(worker=child("parent", notes)) as process:
        pids = [*pids_in(notes, 2), *children_of(process.pid)]
        process.send_signal(number)
        assert process.wait(PATIENCE) == 0
        assert not [pid for pid in pids if lives(pid)]


def test_a_child_that_does_not_want_to_end_is_killed(tmp_path):
    notes = tmp_path / "pids"
    with supervisor(worker=child("stubborn", notes)) as process:
        (pid,) = pids_in(notes, 1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert not lives(pid)


@pytest.mark.parametrize("kind", ["parent", "stubborn"])
def test_killed_it_leaves_no_orphans(kind, tmp_path):
    notes = tmp_path / "pids"
    with supervisor(worker=child(kind, notes)) as process:
        pids_in(notes, 2 if kind == "parent" else 1)
        pids = {*pids_in(notes, 1), *children_of(process.pid)}
        process.kill()
        wait_for(lambda: not any(lives(pid) for pid in pids))


def test_killed_together_with_its_guard_its_children_still_hear_of_it():
    with supervisor() as process:
        guard, web = children_of(process.pid)
        os.kill(guard, signal.SIGKILL)
        process.kill()
        wait_for(lambda: not lives(web))


def test_a_fallen_child_is_started_again(tmp_path):
    notes = tmp_path / "pids"
    with supervisor(worker=child("parent", notes)):
        first, its_child = pids_in(notes, 2)
        os.kill(first, signal.SIGKILL)
        again, _ = pids_in(notes, 4)[2:]
        assert lives(again)
        assert not lives(its_child), "what the fallen one left behind would do its work twice"


def test_children_never_wait_for_an_output_that_is_closed():
    with supervisor(worker=child("noisy")) as process:
        process.stdout.close()
        time.sleep(0.5)
        assert run.is_healthy(run.Address("127.0.0.1", process.port))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def test_pauses_grow_while_a_child_keeps_falling_and_begin_anew_after_a_good_while(capsys):
    with Guard() as guard:
        falling = run.Child("worker", ["/bin/false"], guard)
        now, pauses = time.monotonic(), []
        for _ in range(7):
            falling.process.wait()
            falling.watch(now)
            pauses.append(round(falling.again_at - now))
            falling.watch(falling.again_at - 0.01)
            assert falling.again_at, "not before the pause is over"
            now = falling.again_at
            falling.watch(now)
        falling.process.wait()
        falling.watch(now + run.HEALTHY * 10)
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert falling.falls == 1
    assert "worker | ended with 1; starting again in 16 s" in capsys.readouterr().out


def start_for_real(**environment):
    command = [sys.executable, "-m", "scripts.run"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=PATIENCE
    )


def test_a_port_in_use_is_said_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = start_for_real(PORT=str(port))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"Port {port} is in use. Stop what runs there, or choose another: make run PORT={port + 1}\n"
    )


def test_a_busy_mail_port_is_said_and_the_site_runs_without(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert run.mail_door({"LMTP_PORT": str(port)}) == {}
    assert capsys.readouterr().out == (
        f"No mail will come in by LMTP: Port {port} is in use. "
        f"Stop what runs there, or choose another: make run LMTP_PORT={port + 1}\n"
    )


def test_the_mail_port_is_said_to_the_server():
    (command,) = run.mail_door({"LMTP_PORT": str(free_port()), "LMTP_HOST": "127.0.0.1"}).values()
    assert command[1:5] == ["manage.py", "run_lmtp", "--host", "127.0.0.1"]


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1", "８０００", "9" * 5000])
def test_a_port_that_is_none_is_said_in_one_sentence(port):
    with pytest.raises(run.CannotServe, match="PORT must be a number from 1 to 65535"):
        run.Address.of({"PORT": port})


def test_a_host_that_is_not_ours_is_said_in_one_sentence():
    done = start_for_real(HOST="no.such.host.invalid", PORT="8000")
    assert (done.returncode, done.stderr) == (1, "HOST=no.such.host.invalid is not an address of this machine.\n")
    with pytest.raises(run.CannotServe, match=r"192\.0\.2\.1:8000 cannot be used"):
        run.Address("192.0.2.1", 8000).check()


@pytest.mark.parametrize(
    ("host", "bind", "url"),
    [
        ("127.0.0.1", "127.0.0.1:8000", "http://localhost:8000"),
        ("0.0.0.0", "0.0.0.0:8000", "http://localhost:8000"),
        ("::", "[::]:8000", "http://localhost:8000"),
        ("192.0.2.7", "192.0.2.7:8000", "http://192.0.2.7:8000"),
    ],
)
def test_addresses_of_the_site(host, bind, url):
    address = run.Address(host, 8000)
    assert (address.bind, address.url) == (bind, url)


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with supervisor() as process:
        assert run.is_healthy(run.Address("0.0.0.0", process.port))


def test_a_web_server_that_does_not_start_ends_it_and_its_words_are_shown():
    words = [sys.executable, "-c", "print('no database here'); raise SystemExit(3)"]
    port = str(free_port())
    done = subprocess.run(
        [sys.executable, "-m", "tests.scripts.supervised", port, json.dumps({"web": words})],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 1
    assert "web | no database here" in done.stdout
    assert done.stderr == "The web server did not start; its words are above.\n"


def test_a_program_that_is_missing_does_not_leave_the_others_running(tmp_path):
    notes = tmp_path / "pids"
    port = free_port()
    commands = {"web": child("web", port), "worker": child("parent", notes), "lmtp": ["/no/such/program"]}
    done = subprocess.run(
        [sys.executable, "-m", "tests.scripts.supervised", str(port), json.dumps(commands)],
        cwd=ROOT, capture_output=True, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode != 0
    assert not notes.exists() or not [pid for pid in pids_in(notes, 1) if lives(pid)]


def test_stopped_while_it_still_prepares(monkeypatch, tmp_path):
    notes = tmp_path / "pids"
    (tmp_path / "manage.py").write_text(
        f"import sys; sys.argv = ['', 'parent', {str(notes)!r}]; exec(open({CHILD!r}).read())"
    )
    monkeypatch.setattr(run, "ROOT", tmp_path)
    stopping = threading.Event()
    threading.Timer(1, stopping.set).start()
    run.prepare(stopping)
    assert not [pid for pid in pids_in(notes, 1) if lives(pid)]
