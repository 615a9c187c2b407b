"""Import to readable and searchable: letters a second, memory, and the second time."""

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks.machine import manage

Row = tuple[str, str, str]


def measure(archive: Path, environment: dict[str, str]) -> Iterator[Row]:
    """Import into an empty site, then the same again. Leaves the site for the measurements that follow."""
    manage("migrate", "--verbosity", "0", environment=environment)
    ran = manage("import_archive", "bench", str(archive), "--create", "--json", environment=environment)
    figures = json.loads(ran.output.splitlines()[-1])
    yield (
        f"import {figures['messages']:,} letters, searchable",
        f"{figures['messages'] / figures['seconds']:,.0f} letters/s",
        "4,000/s",
    )
    yield "… memory, all processes of it", f"{ran.peak_mb:.0f} MB at most", "under 400 MB"
    lost = figures["messages"] - figures["imported"] - figures["duplicates"] - figures["quarantined"]
    yield "… lost", str(lost), "0"
    again = manage("import_archive", "bench", str(archive), "--json", environment=environment)
    second = json.loads(again.output.splitlines()[-1])
    yield "… the same again", f"{second['imported']} imported, {second['seconds']:.1f} s", "0 imported"
