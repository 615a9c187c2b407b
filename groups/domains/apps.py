from collections.abc import Mapping
from typing import Any

from django.apps import AppConfig


class DomainsConfig(AppConfig):
    name = "groups.domains"
    label = "domains"
    verbose_name = "Domains"

    def ready(self) -> None:
        from common import notices

        if brand_of not in notices.BRANDS:
            notices.BRANDS.append(brand_of)


def brand_of(about: Mapping[str, Any]) -> Any:
    """The domain of the group that a notice is about, where it has one."""
    from common.notices import Brand
    from groups.domains import sites

    group = about.get("group")
    if not getattr(group, "domain_id", None):
        return None
    site = sites.of(group)
    return Brand(site.name, site.url, site.sender)
