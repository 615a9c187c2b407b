"""Figures that were measured are kept, one file for each archive, profile, engine, machine and day, so that measuring one part
again leaves the others as they are."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.machine import ROOT

FOLDER = ROOT / "benchmarks" / "results"


@dataclass(frozen=True)
class Setting:
    """What figures must have in common to stand in one column of a table."""

    archive: str  # the file's name without its endings
    letters: int
    profile: str
    engine: str
    machine: str
    made: bool = True  # by benchmarks.letters; False: a real archive


@dataclass(frozen=True)
class Kept:
    """A figure, the day it was measured on, and how busy the machine was before (the load average of a minute)."""

    figure: Figure
    date: str
    load: float
    storage: str


@dataclass
class Results:
    """All that was measured in one setting, the newest of each kind."""

    setting: Setting
    kept: dict[str, Kept] = field(default_factory=dict)

    @property
    def dates(self) -> list[str]:
        return sorted({each.date for each in self.kept.values()})


def keep(folder: Path, setting: Setting, new: Iterable[Kept]) -> None:
    """Add figures to the day's file; of two of one kind the later stays."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in new:
        path = folder / _name(setting, each.date)
        rows = json.loads(path.read_text("utf-8"))["figures"] if path.exists() else {}
        row = {"load": each.load, "storage": each.storage, **asdict(each.figure)}
        rows[row.pop("key")] = row
        whole = {"setting": asdict(setting), "date": each.date, "figures": rows}
        path.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _name(setting: Setting, date: str) -> str:
    machine = blake2b(setting.machine.encode(), digest_size=3).hexdigest()
    words = [setting.archive, setting.profile, setting.engine, machine, date]
    return re.sub(r"[^\w.-]+", "-", "_".join(words)) + ".json"


def read(folder: Path) -> list[Results]:
    """Everything kept: real archives first, then made ones by size."""
    found: dict[Setting, Results] = {}
    files = [json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")]
    for whole in sorted(files, key=lambda each: each["date"]):
        setting = Setting(**whole["setting"])
        results = found.setdefault(setting, Results(setting))
        for key, row in whole["figures"].items():
            figure = Figure(key, row["text"], row["values"], row["note"])
            results.kept[key] = Kept(figure, whole["date"], row["load"], row["storage"])
    order = sorted(found, key=lambda each: (each.made, each.letters, each.archive, each.profile, each.engine))
    return [found[setting] for setting in order]


def of_newest_machine(results: Sequence[Results]) -> list[Results]:
    """Figures of two machines do not belong into one table: those of the one that measured last."""
    if not results:
        return []
    machine = max(results, key=lambda each: each.dates[-1]).setting.machine
    return [each for each in results if each.setting.machine == machine]
