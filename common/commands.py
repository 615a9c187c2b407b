"""What every manage.py command of the house does alike: its answer last on standard output, everything else on standard
error; errors in one sentence with exit status 1, never a traceback (--traceback shows it)."""

import json
import re
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, NoReturn

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser, SystemCheckError
from django.db import DatabaseError

if TYPE_CHECKING:
    from groups.models import Group


HOUSE = "house"  # tag of the checks of what operators set (config.checks)


class HouseCommand(BaseCommand):
    """A command that speaks like the others. Override `handle`; finish with `answer`; refuse with CommandError."""

    # Django's own would load every page of the site first; `manage.py check` runs them all.
    requires_system_checks: tuple[str, ...] = (HOUSE,)
    interrupted = "Interrupted."  # said on Ctrl-C
    _called_from_command_line = False  # as in BaseCommand, where it is set from outside

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if self._called_from_command_line:
            parser.error = lambda message: self._refuse(_sentence(message))  # type: ignore[method-assign]
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        if not self._called_from_command_line or options["traceback"]:
            return super().execute(*args, **options)
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # a terminal that knows no Cyrillic is no reason to fail
        try:
            return super().execute(*args, **options)
        except SystemCheckError as error:
            self._refuse(str(error))
        except CommandError as error:
            self._refuse(str(error), error.returncode)
        except DatabaseError as error:
            self._refuse(f"The database did not answer: {_sentence(error)}")
        except KeyboardInterrupt:
            self._refuse(self.interrupted, 130)
        except Exception as error:
            self._refuse(f"{type(error).__name__}: {_sentence(error)}")

    def _refuse(self, sentence: str, status: int = 1) -> NoReturn:
        self.stderr.write(sentence)
        sys.exit(status)

    def say(self, sentence: str) -> None:
        """Something for the person at the terminal, not for the program behind the pipe."""
        self.stderr.write(sentence, lambda text: text)

    def answer(self, data: dict[str, Any], *, as_json: bool, text: str) -> None:
        """The result: one line of JSON, or words. The last thing a command writes."""
        self.stdout.write(_json_line(data, self.stdout) if as_json else text)


def _json_line(data: dict[str, Any], stream: Any) -> str:
    """One line also for programs that split at any of Unicode's line ends, and for streams that are not UTF-8."""
    is_unicode = (getattr(stream, "encoding", None) or "utf-8").lower().startswith("utf")
    line = json.dumps(data, ensure_ascii=not is_unicode)
    return _NOT_WITHIN_A_LINE.sub(lambda found: f"\\u{ord(found[0]):04x}", line)


_NOT_WITHIN_A_LINE = re.compile("[\x85\u2028\u2029\ud800-\udfff]")


def _sentence(problem: object) -> str:
    """The first line of what an exception or argparse says, as a sentence."""
    first = (str(problem).strip().splitlines() or ["something went wrong"])[0].strip()
    first = first[:1].upper() + first[1:]
    return first if first.endswith((".", "!", "?")) else f"{first}."


def get_group(slug: str) -> "Group":
    """The group, or one sentence. By name, for `common` stands below every app."""
    group: Group | None = apps.get_model("groups", "Group").objects.filter(slug=slug).first()
    if group is None:
        raise CommandError(f"There is no group {slug!r}.")
    return group
