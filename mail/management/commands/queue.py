"""manage.py queue : what waits."""

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from common.commands import HouseCommand
from mail import depths
from mail.depths import Depth


class Command(HouseCommand):
    help = "Show how much mail waits at each step, since when, and how fast it moves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        inbound, outbound = depths.inbound(), depths.outbound()
        on_disk, rates = depths.on_disk(), depths.rates()
        paused = depths.paused_relays()
        data = {
            "inbound": _by_state(inbound),
            "outbound": _by_state(outbound),
            "on_disk": on_disk,
            "per_minute": rates,
            "overdue": depths.overdue(),
            "relays_paused": paused,
            "mailboxes_suspended": depths.suspended_mailboxes(),
        }
        lines = [*_lines("in", inbound), *_lines("out", outbound), f"in   {'on disk':<10} {on_disk:>8}"]
        lines += [f"out  the relay {name} is paused: {why}" for name, why in paused.items()]
        lines.append(f"out  {'suspended':<10} {data['mailboxes_suspended']:>8}  mailboxes")
        speeds = ", ".join(f"{count} {what}" for what, count in rates.items())
        self.answer(data, as_json=options["json"], text="\n".join([*lines, f"a minute, over the last hour: {speeds}"]))


def _by_state(found: list[Depth]) -> dict[str, Any]:
    return {depth.state: {name: value for name, value in asdict(depth).items() if name != "state"} for depth in found}


def _lines(way: str, found: list[Depth]) -> list[str]:
    return [f"{way:<4} {depth.state:<10} {depth.count:>8}  {_since(depth)}".rstrip() for depth in found]


def _since(depth: Depth) -> str:
    if not depth.count:
        return ""
    minutes = int(depth.oldest // 60)
    return f"oldest {minutes // 1440} d {minutes // 60 % 24} h {minutes % 60} min"
