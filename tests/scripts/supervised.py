"""Runs the real supervisor over the commands given as JSON: `python -m tests.scripts.supervised PORT COMMANDS`."""

import json
import sys

from scripts import run

if __name__ == "__main__":
    address = run.Address("127.0.0.1", int(sys.argv[1]))
    sys.exit(run.serve(json.loads(sys.argv[2]), address, "Welcome.", run.stop_on_signals(), grace=1))
