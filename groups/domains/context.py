"""What templates may use of the domain that was asked for; nothing where the site has one."""

from django.http import HttpRequest
from django.utils.safestring import SafeString

from groups.domains import sites
from groups.markdown import render_markdown


def site(request: HttpRequest) -> dict[str, object]:
    """Overrides common.context.site."""
    found = sites.of_request(request)
    if found.is_main:
        return {}
    return {
        "SITE_NAME": found.name,
        "SITE_URL": found.url,
        "SITE_STYLE": SafeString(found.style),  # made of digits by groups.domains.colours
        "SITE_LOGO": found.logo,
        "SITE_FOOTER": render_markdown(found.footer) if found.footer else "",
    }
