"""All checks of a domain, and their last results."""

import ipaddress
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.utils import timezone

from groups.domains import sites
from groups.domains.sites import Site
from mail.inbound.dns import DnsResolver, DnsTrouble, Lookups
from mail.operations.models import DeliveryCheck
from mail.operations.selfcheck import names, servers
from mail.operations.selfcheck.names import Names
from mail.operations.selfcheck.one_click import one_click
from mail.operations.selfcheck.types import Around, Finding, Light
from mail.outbox.letters import own_key
from mail.outbox.signing import Key

logger = logging.getLogger(__name__)
ORDER = ("mx", "server", "tls", "spf", "dkim", "dmarc", "ptr", "one-click", "https", "time")
WORST = (Light.RED, Light.AMBER, Light.GREEN)


def surroundings() -> Around:
    return Around(DnsResolver(), _valid(settings.SENDING_IPS))


def _valid(words: list[str]) -> list[str]:
    """Addresses that make sense; config.checks says which do not."""
    found = []
    for word in words:
        try:
            found.append(str(ipaddress.ip_address(word)))
        except ValueError:
            continue
    return found


def check(site: Site, around: Around | None = None) -> DeliveryCheck:
    """Look at everything, for some fifteen seconds at most, and keep what was found."""
    around = around or surroundings()
    key = own_key(site.mail_domain)
    findings = [_guarded("one-click", lambda: one_click(site, key)), servers.clock()]
    with ThreadPoolExecutor(2) as pool:  # others are waited for side by side; our rows were read before
        pages = pool.submit(servers.pages, site.url, around)
        findings += of_names(site.mail_domain, key, around)
        findings.append(pages.result())
    findings.sort(key=lambda finding: ORDER.index(finding.key))
    row, _ = DeliveryCheck.objects.update_or_create(
        domain=site.mail_domain,
        defaults={"checked_at": timezone.now(), "findings": [finding.as_json() for finding in findings]},
    )
    return row


def of_names(domain: str, key: Key | None, around: Around) -> list[Finding]:
    lookups = Lookups(around.resolver, around.seconds * 3)
    try:
        hosts = names.mail_hosts(domain, lookups)
        addresses = list(around.addresses) or _distinct(hosts, lookups)
    except DnsTrouble as trouble:
        advice = "See /etc/resolv.conf, and whether this machine reaches the name servers in it."
        return [Finding("mx", "MX", Light.AMBER, f"The DNS gave no answer: {trouble}.", advice)]
    about = Names(domain, lookups, addresses, key, not around.addresses, hosts)
    checks: list[tuple[str, str, Callable[[Names], Finding]]] = [
        ("mx", "MX", names.mx),
        ("spf", "SPF", names.spf),
        ("dkim", "DKIM", names.dkim),
        ("dmarc", "DMARC", names.dmarc),
        ("ptr", "Reverse DNS", names.ptr),
    ]
    found = [names.ask(name, title, lambda look=look: look(about)) for name, title, look in checks]  # type: ignore[misc]
    return [*found, *servers.mail_server(domain, hosts, lookups, around)]


def _distinct(hosts: list[str], lookups: Lookups) -> list[str]:
    return list(dict.fromkeys(address for host in hosts for address in names.addresses_of(host, lookups)))


def _guarded(key: str, look: Callable[[], Finding]) -> Finding:
    """Our own code failing is a finding, too."""
    try:
        return look()
    except Exception as error:
        logger.exception("The self-check %s failed", key)
        return Finding(key, "One-click unsubscription", Light.RED, f"No copy could be made: {error}.", "See the log.")


def check_all() -> list[DeliveryCheck]:
    return [check(site) for site in sites.every()]


def light_of(findings: list[dict[str, Any]]) -> str:
    """The worst of them."""
    found = {finding["light"] for finding in findings}
    return next((str(light) for light in WORST if light in found), "")
