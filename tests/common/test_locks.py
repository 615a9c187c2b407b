"""A lock is held by one, waited for by others, and given back by a crash."""

import os
import signal
import threading
import time

import pytest
from django.db import connection

from common.locks import Busy, advisory_lock, file_lock


def test_a_second_holder_is_told(tmp_path):
    with file_lock(tmp_path / "deep" / "lock"), pytest.raises(Busy), file_lock(tmp_path / "deep" / "lock"):
        pass
    with file_lock(tmp_path / "deep" / "lock"):
        pass


def test_a_second_holder_may_wait(tmp_path):
    held = threading.Event()

    def hold():
        with file_lock(tmp_path / "lock"):
            held.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(10)
    with file_lock(tmp_path / "lock", timeout=20):
        assert not thread.is_alive() or thread.join(10) is None
    thread.join()


def test_an_error_gives_the_lock_back(tmp_path):
    with pytest.raises(ValueError, match="x"), file_lock(tmp_path / "lock"):
        raise ValueError("x")
    with file_lock(tmp_path / "lock"):
        pass


def test_a_killed_holder_gives_the_lock_back(tmp_path):
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with file_lock(tmp_path / "lock"):
            os.write(writing, b"x")
            time.sleep(60)
        os._exit(0)
    os.read(reading, 1)
    with pytest.raises(Busy), file_lock(tmp_path / "lock"):
        pass
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with file_lock(tmp_path / "lock"):
        pass


@pytest.mark.django_db(transaction=True)
def test_an_advisory_lock_is_held_by_one_connection():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")
    caught = []

    def other():
        try:
            with advisory_lock("test"):
                pass
        except Busy as busy:
            caught.append(busy)
        connection.close()

    with advisory_lock("test"):
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert caught
    with advisory_lock("test"):
        pass
