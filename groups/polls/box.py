"""The two values of an anonymous poll: the roll of who has voted, and the ballots by their marks. Pure.

Both are sorted by what tells nothing (numbers of people; hashes of random secrets) and written as a whole, so neither order nor
age of an entry is kept. See docs/decisions/0008-anonymous-polls.md.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Choices = dict[str, int]
WRITTEN = "+"  # before the words of an option that a voter wrote


@dataclass(slots=True)
class Box:
    roll: set[int] = field(default_factory=set)
    ballots: dict[str, Choices] = field(default_factory=dict)

    @classmethod
    def read(cls, roll: bytes, ballots: bytes) -> "Box":
        return cls(set(_unpacked(roll, [])), _unpacked(ballots, {}))

    @property
    def packed_roll(self) -> bytes:
        return _packed(sorted(self.roll))

    @property
    def packed_ballots(self) -> bytes:
        return _packed({mark: _sorted(self.ballots[mark]) for mark in sorted(self.ballots)})


def _sorted(choices: Mapping[str, int]) -> Choices:
    return {key: choices[key] for key in sorted(choices)}


def _packed(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode(), 1)


def _unpacked(packed: bytes, nothing: Any) -> Any:
    return json.loads(zlib.decompress(bytes(packed))) if packed else nothing


def written_in(ballots: Iterable[Choices]) -> list[str]:
    """The words of options that voters wrote, equal ones once; in the order of the alphabet, not of the votes."""
    words = sorted({key[1:] for ballot in ballots for key in ballot if key.startswith(WRITTEN)})
    return list({text.casefold(): text for text in reversed(words)}.values())[::-1]


def with_numbers(ballot: Choices, numbers: Mapping[str, int]) -> Choices:
    """The ballot with the number of the option in the place of each text (`numbers`: by casefolded words)."""
    return {
        str(numbers[key[1:].casefold()]) if key.startswith(WRITTEN) else key: value for key, value in ballot.items()
    }
