"""manage.py without a process for every command: the same way through it, in the test's own database."""

import contextlib
import sys
from io import BytesIO, TextIOWrapper
from subprocess import CompletedProcess
from unittest.mock import patch

from django.core.management import ManagementUtility
from django.db import connections


class Terminal:
    """Commands as somebody types them: streams are bytes, and the exit status is what the shell would see.

    That a real process says and returns the same is proved with tests.house, once for each kind of ending.
    """

    def run(self, *words: object, stdin: bytes = b"", encoding: str = "utf-8") -> "CompletedProcess[bytes]":
        """manage.py to its end, whatever that is."""
        arguments = ["manage.py", *map(str, words)]
        out, err = (TextIOWrapper(BytesIO(), encoding, write_through=True) for _ in range(2))
        with (
            patch.multiple(sys, argv=arguments, stdin=TextIOWrapper(BytesIO(stdin))),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            patch.object(connections, "close_all"),  # what a process does at its end would end the test's transaction
        ):
            status = _status(arguments)
        return CompletedProcess(arguments, status, out.buffer.getvalue(), err.buffer.getvalue())

    def manage(self, *words: object) -> str:
        """What manage.py says on standard output; it must go well."""
        done = self.run(*words)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()


def _status(arguments: list[str]) -> int:
    try:
        ManagementUtility(arguments).execute()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
