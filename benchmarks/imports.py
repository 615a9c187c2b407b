"""Import to readable and searchable: letters a second, memory, nothing lost, and the second time. And export."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.machine import Ran
from benchmarks.sites import GROUP, Site, empty_site


def bring_in(site: Site, archive: Path) -> tuple[dict[str, Any], Ran]:
    """What `import_archive --json` says, and how it ran."""
    return site.manage_json("import_archive", GROUP, str(archive), "--create")


def rate_of(said: dict[str, Any], ran: Ran) -> tuple[str, dict[str, float]]:
    """Letters a second, from the first byte read to the last letter stored (and indexed, where the engine keeps up)."""
    rate = said["messages"] / said["seconds"]
    cpu = ran.cpu_seconds / said["messages"] * 1000
    return f"{rate:,.0f}/s, {cpu:.2f} ms of processor a letter", {"rate": rate, "cpu_ms": cpu}


def measure(site: Site, archive: Path) -> Iterator[Figure]:
    """Import into an empty site, then the same again. Leaves the site for the measurements that follow."""
    said, ran = bring_in(site, archive)
    yield Figure("import.rate", *rate_of(said, ran), note=f"{said['messages']:,} letters")
    yield Figure("import.memory", f"{ran.peak_mb:.0f} MB", {"mb": ran.peak_mb})
    lost = said["messages"] - said["imported"] - said["duplicates"] - said["quarantined"]
    text = f"{lost} ({said['duplicates']} duplicates, {said['quarantined']} in quarantine)"
    yield Figure("import.lost", text, {"letters": lost})
    again, _ = bring_in(site, archive)
    text = f"{again['imported']} imported in {again['seconds']:.1f} s"
    yield Figure("import.again", text, {"imported": again["imported"]})


def measure_scaling(profile: str, small: Path, large: Path) -> Iterator[Figure]:
    """What a letter costs in a large import, in terms of a small one; the small one before and after, the better counts."""
    costs = []
    for archive in (small, large, small):
        with empty_site(profile) as site:
            said, _ = bring_in(site, archive)
            costs.append((said["seconds"] / said["messages"] * 1000, said["messages"]))
    (first, few), (cost, many), (second, _) = costs
    best = min(first, second)
    text = f"{cost / best:.2f} ({cost:.3f} ms of {many:,} letters, {best:.3f} ms of {few:,})"
    yield Figure("import.scaling", text, {"ratio": cost / best})


def measure_export(site: Site) -> Iterator[Figure]:
    """All letters into one mbox file."""
    path = Path(site.environment["POSTHOUSE_VAR"]) / "export.mbox"
    said, ran = site.manage_json("export_archive", GROUP, "-o", str(path))
    rate, megabytes = said["messages"] / ran.seconds, path.stat().st_size / 1e6 / ran.seconds
    path.unlink()
    text = f"{rate:,.0f} letters/s, {megabytes:.0f} MB/s, {ran.peak_mb:.0f} MB of memory"
    yield Figure("export.rate", text, {"rate": rate, "mb_per_second": megabytes, "mb": ran.peak_mb})
