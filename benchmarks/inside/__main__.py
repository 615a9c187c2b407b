"""python -m benchmarks.inside QUESTION : the argument as JSON on standard input, the answer as JSON on standard output."""

import importlib
import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    django.setup()
    question = importlib.import_module(f"benchmarks.inside.{sys.argv[1]}")
    print(json.dumps(question.answer(json.load(sys.stdin))))


if __name__ == "__main__":
    main()
