"""Every command ends with an answer or with one sentence."""

import io
import json

import pytest
from django.core.management.base import CommandError
from django.db import OperationalError

from common.commands import HouseCommand


class Counting(HouseCommand):
    requires_system_checks = []
    error: Exception | None = None

    def add_arguments(self, parser):
        parser.add_argument("number", type=int)

    def handle(self, *args, **options):
        if self.error:
            raise self.error
        self.say("counting")
        self.answer({"number": options["number"], "name": "Zoë"}, as_json=True, text="")


def run(*args, error=None):
    command = Counting(stdout=io.StringIO(), stderr=io.StringIO())
    command.error = error
    status = 0
    try:
        command.run_from_argv(["manage.py", "counting", *args])
    except SystemExit as end:
        status = end.code
    return status, command.stdout.getvalue(), command.stderr.getvalue()


def test_the_answer_is_the_last_line_of_standard_output():
    status, out, err = run("3")
    assert (status, json.loads(out)) == (0, {"number": 3, "name": "Zoë"})
    assert (out, err) == ('{"number": 3, "name": "Zoë"}\n', "counting\n")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (CommandError("There is no such thing."), "There is no such thing.\n"),
        (OperationalError("connection refused\nmore"), "The database did not answer: Connection refused.\n"),
        (KeyError("x"), "KeyError: 'x'.\n"),
        (ValueError(), "ValueError: Something went wrong.\n"),
    ],
)
def test_an_error_is_one_sentence(error, sentence):
    assert run("3", error=error) == (1, "", sentence)


def test_a_traceback_is_shown_on_request():
    with pytest.raises(KeyError):
        run("3", "--traceback", error=KeyError("x"))


@pytest.mark.parametrize("args", [(), ("x",), ("3", "--odd")])
def test_wrong_arguments_are_one_sentence(args):
    status, out, err = run(*args)
    assert (status, out, err.count("\n")) == (1, "", 1)


def test_called_from_code_errors_are_raised():
    command = Counting(stdout=io.StringIO(), stderr=io.StringIO())
    command.error = CommandError("No.")
    with pytest.raises(CommandError):
        command.execute(number=1, force_color=False, no_color=True, skip_checks=True, stdout=None, stderr=None)
