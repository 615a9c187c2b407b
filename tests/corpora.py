"""Finds the corpora of real mail beside the project; tests that need one skip where it is absent."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("POSTHOUSE_CORPORA", Path(__file__).resolve().parents[2] / "shared" / "corpora"))


def corpus(relative: str) -> Path:
    """Return the path of a corpus file or folder, or skip the running test, saying which one is absent."""
    path = ROOT / relative
    if not path.exists():
        pytest.skip(f"corpus {relative} is absent")
    return path
