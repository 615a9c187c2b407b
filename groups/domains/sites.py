"""Which site a group, a host or an address belongs to: the house itself, as the settings say, or one of its domains. Asked on
every page and for every copy, so all of them are kept (common.shared): no query, and none at all where there is one domain."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from common.shared import Shared
from groups.domains.colours import stylesheet
from groups.domains.models import Domain

MAIN = 0


@dataclass(frozen=True, slots=True)
class Site:
    """`pk`: of the domain; MAIN for the house itself."""

    pk: int
    name: str
    mail_domain: str
    url: str  # without a slash at the end
    has_own_host: bool = True
    style: str = ""
    logo: str = ""
    footer: str = ""
    language: str = ""
    postmaster: str = ""
    is_shared: bool = True
    owners: frozenset[int] = frozenset()
    version: str = ""

    @property
    def is_main(self) -> bool:
        return self.pk == MAIN

    @property
    def sender(self) -> str:
        """From what the site itself writes."""
        return settings.DEFAULT_FROM_EMAIL if self.is_main else formataddr((self.name, f"noreply@{self.mail_domain}"))

    def absolute(self, path: str) -> str:
        return self.url + path


@dataclass(frozen=True, slots=True)
class Sites:
    """All domains, found in every way that is asked for."""

    by_pk: Mapping[int, Site]
    by_mail_domain: Mapping[str, int]
    by_host: Mapping[str, int]


class HasDomain(Protocol):
    domain_id: Any


def _load() -> Sites:
    domains = list(Domain.objects.prefetch_related("owners").defer("logo").order_by("pk"))
    by_pk = {domain.pk: _site(domain) for domain in domains}
    mail = {name: domain.pk for domain in domains for name in (domain.mail_domain, *domain.other_mail_domains)}
    hosts = {host: domain.pk for domain in domains for host in hosts_of(domain)}
    return Sites(by_pk, mail, hosts)


def hosts_of(domain: Domain) -> list[str]:
    own = urlsplit(domain.url).hostname if domain.url else None
    return [*([own] if own else []), *domain.other_hosts]


def _site(domain: Domain) -> Site:
    return Site(
        pk=domain.pk,
        name=domain.name,
        mail_domain=domain.mail_domain,
        url=domain.url or settings.SITE_URL,
        has_own_host=bool(domain.url),
        style=stylesheet(domain.accent) if domain.accent else "",
        logo=domain.logo_name,
        footer=domain.footer,
        language=domain.language,
        postmaster=domain.postmaster,
        is_shared=domain.is_shared,
        owners=frozenset(owner.pk for owner in domain.owners.all()),
        version=f"{domain.pk}.{domain.changed_at.timestamp()}",
    )


sites: Shared[Sites] = Shared("sites", _load, Sites({}, {}, {}))


def main() -> Site:
    return Site(MAIN, settings.SITE_NAME, settings.MAIL_DOMAIN, settings.SITE_URL)


def every() -> list[Site]:
    """The house itself first."""
    return [main(), *sites.get().by_pk.values()]


def of(group: HasDomain | None) -> Site:
    """The site of a group; of nothing, the house itself."""
    return by_pk(group.domain_id) if group is not None else main()


def by_pk(pk: int | None) -> Site:
    return sites.get().by_pk.get(pk) or main() if pk else main()


def of_mail_domain(name: str) -> int | None:
    """Key of the site that takes in mail for this domain (A-labels in small letters), MAIN for the house; None: not ours."""
    return sites.get().by_mail_domain.get(name)


def for_host(host: str) -> Site:
    """Of a Host header, with or without a port."""
    known = sites.get().by_host
    return by_pk(known.get(host.rpartition(":")[0] or host) or known.get(host)) if known else main()


def of_request(request: HttpRequest) -> Site:
    """The site whose host was asked; set by groups.domains.middleware."""
    found: Site | None = getattr(request, "site", None)
    return found or main()


def owned_by(user_pk: int) -> list[int]:
    """Domains whose groups this person runs."""
    return [site.pk for site in sites.get().by_pk.values() if user_pk in site.owners]


def hidden_from_main() -> list[int]:
    """Domains whose groups stand in their own directory only."""
    return [site.pk for site in sites.get().by_pk.values() if not site.is_shared]
