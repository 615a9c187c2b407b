"""Digests of 100,000 members of 1,000 groups whose hour has come at once: seconds until every copy is queued, and memory."""

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.sites import Site

MEMBERS, GROUPS = 100_000, 1_000


def measure_digests(site: Site, members: int = MEMBERS) -> Iterator[Figure]:
    groups = max(1, members * GROUPS // MEMBERS)
    found = site.ask("digests", members=members, groups=groups)
    if found["copies"] != members or found["rows"] != members or found["left"]:
        raise SystemExit(
            f"{found['copies']:,.0f} of {members:,} digests were made, {found['left']:,.0f} are still due."
        )
    per_copy = found["cpu"] / members * 1e6
    text = (
        f"{found['seconds']:.1f} s, {members / found['seconds']:,.0f} copies/s, {per_copy:.0f} µs of processor a copy"
    )
    yield Figure("mail.digests", text, {"seconds": found["seconds"]}, note=f"{members:,} members, {groups:,} groups")
    yield Figure(
        "mail.digests_memory",
        f"{found['peak_mb']:.0f} MB, {found['grown_mb']:+.0f} MB by making them",
        {"mb": found["peak_mb"]},
    )
