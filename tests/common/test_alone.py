"""Bells that are rung while the work is under way."""

import threading

import pytest

from common.alone import Alone


def test_who_comes_second_goes_at_once_and_the_first_looks_once_more():
    begun, go_on, looks = threading.Event(), threading.Event(), []

    def work() -> int:
        looks.append(threading.current_thread().name)
        begun.set()
        assert go_on.wait(10)
        return 1

    alone, done = Alone(work), []
    first = threading.Thread(target=lambda: done.append(alone()), name="first")
    first.start()
    assert begun.wait(10)
    assert alone() == 0
    go_on.set()
    first.join(10)
    assert (done, looks) == ([2], ["first", "first"])


def test_work_that_fails_can_be_tried_again():
    results = iter([ZeroDivisionError, 3])

    def work() -> int:
        result = next(results)
        if result is ZeroDivisionError:
            raise ZeroDivisionError
        return result

    alone = Alone(work)
    with pytest.raises(ZeroDivisionError):
        alone()
    assert alone() == 3
