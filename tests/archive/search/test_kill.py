"""kill -9 of whoever writes the index, at any moment: search still answers, and nothing is lost or doubled."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from config.settings.base import BASE_DIR
from scripts.migrated import migrated_file

pytestmark = pytest.mark.slow


class Lab:
    """A house of its own in a folder."""

    def __init__(self, folder, engine):
        shutil.copy(migrated_file(), folder)
        keep = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = {**keep, "POSTHOUSE_VAR": str(folder), "SEARCH_ENGINE": engine}

    def start(self, what):
        command = [sys.executable, "-m", "tests.archive.search.crash_lab", what]
        return subprocess.Popen(command, cwd=BASE_DIR, env=self.environment, stdout=subprocess.PIPE, text=True)

    def run(self, what):
        process = self.start(what)
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        return output

    def kill_while(self, what, after):
        """Kill it some moments after it has done its first round."""
        process = self.start(what)
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.communicate()

    def check(self):
        return json.loads(self.run("check").splitlines()[-1])


@pytest.mark.parametrize(
    ("engine", "what"), [("tantivy", "index"), ("tantivy", "direct"), ("tantivy", "rebuild"), ("whoosh", "index")]
)
def test_killed_anywhere_the_index_answers_and_catches_up(tmp_path, engine, what):
    lab = Lab(tmp_path, engine)
    lab.run("prepare")
    dice = random.Random(f"{engine} {what}")
    for _ in range(2):
        lab.kill_while(what, dice.random())
        report = lab.check()
        assert not report["degraded"]
        assert report["at_once"] >= 50
        assert report["found"] == report["letters"]
        assert (report["doubled"], report["jobs"]) == (0, 0)
