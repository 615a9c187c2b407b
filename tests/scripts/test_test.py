"""`make test` itself: what it counts, what it says, and that it stops when told."""

import sys

import pytest

from scripts import test as checks
from scripts.guard import Guard
from tests.scripts.test_run import child, lives, pids_in


def run(*steps):
    with Guard() as guard:
        checks.run_side_by_side(list(steps), guard)


def python(code, **fields):
    return checks.Step("step", [sys.executable, "-c", code], **fields)


def test_the_last_line_sums_the_suites(capsys):
    first = python("print('= 3 passed, 1 skipped in 2.0s =')", is_suite=True)
    second = python("print('= 1 failed, 4 passed, 2 errors in 1s ='); raise SystemExit(1)", is_suite=True)
    run(first, second)
    assert checks.report([first, second]) == 1
    said = capsys.readouterr().out
    assert said.splitlines()[-1] == "7 passed, 3 failed, 1 skipped"
    assert "Not in order: step" in said


def test_nothing_selected_is_no_failure():
    step = python("print('5 deselected in 0.1s'); raise SystemExit(5)", is_suite=True)
    run(step)
    assert step.code == 0


def test_a_step_that_fails_shows_its_words(capsys):
    step = python("print('line too long'); raise SystemExit(1)")
    run(step)
    assert checks.report([step]) == 1
    assert "===== step =====\nline too long" in capsys.readouterr().out


def test_output_that_is_no_text_is_shown_all_the_same():
    step = python("import sys; sys.stdout.buffer.write(b'\\xff\\xfe')")
    run(step)
    assert step.output == "\ufffd\ufffd"


def test_interrupted_it_ends_what_runs_and_begins_nothing_more(tmp_path, monkeypatch):
    notes, never = tmp_path / "pids", tmp_path / "never"
    steps = [
        checks.Step("first", child("parent", notes)),
        checks.Step("second", child("parent", notes)),
        checks.Step("third", child("parent", notes)),
        python(f"open({str(never)!r}, 'w')"),
    ]

    def interrupt(*_):
        pids_in(notes, 6)
        raise KeyboardInterrupt

    monkeypatch.setattr(checks, "list", interrupt, raising=False)
    with pytest.raises(KeyboardInterrupt):
        run(*steps)
    assert not [pid for pid in pids_in(notes, 6) if lives(pid)]
    assert not never.exists()
