"""What a fresh clone installs is what was tested: every package is pinned, also those that others pull in."""

from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]


def lines_of(name: str) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines()]
    own = [Requirement(line) for line in lines if line and not line.startswith("-r ")]
    return own + [line for other in lines if other.startswith("-r ") for line in lines_of(other[3:])]


def needed_by(requirement: Requirement) -> list[Requirement]:
    """What it pulls in on this machine."""
    try:
        found = map(Requirement, requires(requirement.name) or [])
    except PackageNotFoundError:
        return []
    extras = ["", *requirement.extras]
    return [
        one for one in found if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
    ]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_package_is_pinned_also_those_that_others_pull_in(name):
    listed = lines_of(name)
    assert all(str(line.specifier).startswith("==") for line in listed)
    pinned = {canonicalize_name(line.name) for line in listed}
    missing, waiting, seen = {}, list(listed), set()
    while waiting:
        line = waiting.pop()
        if str(line) in seen:
            continue
        seen.add(str(line))
        pulled_in = needed_by(line)
        waiting += pulled_in
        missing |= {one.name: line.name for one in pulled_in if canonicalize_name(one.name) not in pinned}
    assert missing == {}, "add these, each with its version, below what pulls them in"
