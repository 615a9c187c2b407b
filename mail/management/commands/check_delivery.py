"""manage.py check_delivery [DOMAIN] : would our mail arrive?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from common.commands import HouseCommand
from groups.domains import sites
from groups.domains.sites import Site
from mail.operations.models import DeliveryCheck
from mail.operations.selfcheck import run


class Command(HouseCommand):
    help = "Check SPF, DKIM, DMARC, MX, reverse DNS, TLS, one-click unsubscription, pages and clock. Exit 1 where one is red."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("domain", metavar="DOMAIN", nargs="?", help="a mail domain of this site; without it: all")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = [run.check(site) for site in _wanted(options["domain"])]
        data = {"domains": [_as_json(row) for row in rows]}
        self.answer(data, as_json=options["json"], text="\n\n".join(_as_text(row) for row in rows))
        if any(run.light_of(row.findings) == "red" for row in rows):
            raise CommandError("Not everything is as it should be.")


def _wanted(domain: str | None) -> list[Site]:
    if domain is None:
        return sites.every()
    found = [site for site in sites.every() if site.mail_domain == domain.lower().rstrip(".")]
    if not found:
        known = ", ".join(site.mail_domain for site in sites.every())
        raise CommandError(f"{domain!r} is no mail domain of this site. It has: {known}.")
    return found


def _as_json(row: DeliveryCheck) -> dict[str, Any]:
    light = run.light_of(row.findings)
    return {"domain": row.domain, "checked_at": row.checked_at.isoformat(), "light": light, "findings": row.findings}


def _as_text(row: DeliveryCheck) -> str:
    lines = [row.domain]
    for finding in row.findings:
        lines.append(f"{finding['light']:<6} {finding['title']}: {finding['sentence']}")
        if finding["advice"]:
            lines.append(f"       {finding['advice']}")
        if finding["record"]:
            record = finding["record"]
            lines.append(f"       publish: {record['name']}. IN {record['kind']} {record['value']}")
    return "\n".join(lines)
