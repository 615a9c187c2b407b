"""A database that is away is found out by one letter, not by each."""

import threading

import pytest
from django.db import connection

from mail.inbound import outage
from mail.inbound.outage import Outage


class Door:
    """A database behind it, and how often somebody knocked."""

    def __init__(self, answers=False):
        self.answers, self.knocks = answers, 0

    def knock(self):
        self.knocks += 1
        return self.answers


def test_nobody_knocks_before_the_rest_is_over_and_then_one_does():
    door = Door()
    away = Outage(door.knock)
    assert not away.is_on
    away.begin()
    assert away.is_on and door.knocks == 0
    away.until = 0
    assert away.is_on and door.knocks == 1
    assert away.is_on and door.knocks == 1  # it rests again
    away.until, door.answers = 0, True
    assert not away.is_on and door.knocks == 2
    assert not away.is_on and door.knocks == 2


def test_while_one_knocks_the_others_do_not_wait():
    inside, done = threading.Event(), threading.Event()

    def slow():
        inside.set()
        return done.wait(10)

    away = Outage(slow)
    away.until = 0
    knocking = threading.Thread(target=lambda: away.is_on)
    knocking.start()
    assert inside.wait(10)
    assert away.is_on
    done.set()
    knocking.join()
    assert not away.is_on


@pytest.mark.django_db(transaction=True)
def test_a_knock_says_whether_the_database_is_there(settings, monkeypatch):
    assert outage.answers()
    nowhere = {
        **connection.settings_dict,
        "NAME": "/nonexistent/there",
        "HOST": "127.0.0.1",
        "PORT": "1",
        "OPTIONS": {},
    }
    monkeypatch.setattr(outage, "deepcopy", lambda known: nowhere)
    assert not outage.answers()
