#!/usr/bin/env python
"""Posthouse's command line."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    try:
        from django.core.management import execute_from_command_line

        execute_from_command_line(sys.argv)
    except BaseException as problem:
        if sys.argv[1:2] != ["receive_mail"] or (isinstance(problem, SystemExit) and type(problem.code) is int):
            raise
        # Not even started: the mail server must keep the letter and come again, and knows any other code as a no.
        sys.stderr.write(f"{problem}\n")
        sys.exit(os.EX_TEMPFAIL)


if __name__ == "__main__":
    main()
