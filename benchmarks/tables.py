"""Tables of what was measured: one for the README, with archives side by side, and one an archive for docs/benchmarks.md."""

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.figures import ROWS
from benchmarks.machine import ROOT
from benchmarks.results import Kept, Results, of_newest_machine
from benchmarks.sites import PROFILES

START, END = "<!-- bench:start -->", "<!-- bench:end -->"
MARKS = {"met": "✓", "missed": "✗", "": ""}
NOTHING = "Nothing has been measured yet."
Archive = tuple[str, int, bool]  # name, letters, whether we made it


def overview(results: Sequence[Results]) -> str:
    """One row a figure and profile, one column an archive, short: whether figures are flat can be seen at a glance."""
    shown = [each for each in of_newest_machine(results) if each.setting.engine == "tantivy"]
    if not shown:
        return NOTHING
    archives = list(dict.fromkeys(_archive_of(each) for each in shown))
    names = [f"{letters:,} made letters" if made else f"{archive} ({letters:,})" for archive, letters, made in archives]
    lines = [f"Measured on {_machine(shown)}.", "", _line(["work", "profile", "wanted", *names, "others"])]
    lines.append(_line(["---"] * (len(names) + 4)))
    for key in (key for key, row in ROWS.items() if row.in_overview):
        lines += _both_profiles(key, archives, shown)
    return "\n".join([*lines, "", "✓ as wanted, ✗ not yet. Pages: milliseconds at 95 of 100, requests a second."])


def _archive_of(results: Results) -> Archive:
    return results.setting.archive, results.setting.letters, results.setting.made


def _both_profiles(key: str, archives: Sequence[Archive], shown: Sequence[Results]) -> list[str]:
    """One line a profile; what is the same in both stands in the first."""
    row = ROWS[key]
    lines: list[str] = []
    for profile in PROFILES:
        by_archive = {_archive_of(each): each for each in shown if each.setting.profile == profile}
        cells = [_short(by_archive.get(archive), key) for archive in archives]
        if any(cells):
            label, wanted, others = ("", "", "") if lines else (row.label, row.wanted, row.others)
            lines.append(_line([label, profile, wanted, *cells, others]))
    return lines


def details(results: Sequence[Results]) -> str:
    """Everything: one table an archive; the machine that measured last comes first."""
    newest = {each.setting.machine for each in of_newest_machine(results)}

    def place(each: Results) -> tuple[bool, str, bool, int, str, str]:
        it = each.setting
        return it.machine not in newest, it.machine, it.made, it.letters, it.archive, it.engine

    return "\n\n".join(_table(list(some)) for _, some in groupby(sorted(results, key=place), key=place)) or NOTHING


def _table(some: Sequence[Results]) -> str:
    setting = some[0].setting
    made = "made letters" if setting.made else "letters"
    engine = f", {setting.engine}" if setting.engine != "tantivy" else ""
    profiles = [each.setting.profile for each in some]
    lines = [f"### {setting.archive}: {setting.letters:,} {made}{engine}", "", f"Measured on {_machine(some)}.", ""]
    lines += [_line(["work", "wanted", *profiles, "others"]), _line(["---"] * (len(profiles) + 3))]
    for key, row in ROWS.items():
        kept = [each.kept.get(key) for each in some]
        if any(kept):
            note = next((each.figure.note for each in kept if each and each.figure.note), "")
            label = f"{row.label} ({note})" if note else row.label
            lines.append(_line([label, row.wanted, *(_long(each, key) for each in kept), row.others]))
    return "\n".join(lines)


def _machine(some: Sequence[Results]) -> str:
    dates = sorted({date for each in some for date in each.dates})
    storages = sorted({kept.storage for each in some for kept in each.kept.values()})
    busiest = max(kept.load for each in some for kept in each.kept.values())
    days = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    return f"{some[0].setting.machine}; {'; '.join(storages)}; {days}; load before at most {busiest:.1f}"


def _long(kept: Kept | None, key: str) -> str:
    if kept is None:
        return ""
    verdict = ROWS[key].verdict(kept.figure.values)
    return f"{kept.figure.text} {MARKS[verdict]} {verdict}".strip() if verdict else kept.figure.text


def _short(results: Results | None, key: str) -> str:
    kept = results.kept.get(key) if results else None
    if kept is None:
        return ""
    values = kept.figure.values
    in_milliseconds = "p95" in values and " ms" in kept.figure.text
    words = f"{values['p95']:.1f} ms" if in_milliseconds else re.split(r", | \(|; | with ", kept.figure.text)[0]
    if "p95" in values and "rate" in values:
        words += f", {values['rate']:.0f}/s"
    if key == "pages.thread_size":
        words = kept.figure.text
    return f"{words} {MARKS[ROWS[key].verdict(values)]}".strip()


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def write_into(path: Path, table: str) -> None:
    """Put the table between the marks."""
    before, start, rest = path.read_text("utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise SystemExit(f"{path.name} has no place for the table: {START} … {END}")
    path.write_text(f"{before}{START}\n{table}\n{END}{after}", "utf-8")


def write_all(results: Sequence[Results], root: Path = ROOT) -> None:
    write_into(root / "README.md", overview(results))
    write_into(root / "docs" / "benchmarks.md", details(results))
