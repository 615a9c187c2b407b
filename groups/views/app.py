"""The site on a home screen (W3C Web Application Manifest)."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.domains import sites
from groups.languages import first_spoken

SQUARES = (192, 512)  # pixels
DAY = 86400  # seconds


@require_safe
def manifest(request: HttpRequest) -> JsonResponse:
    """Each domain has its own name. Ways in are those that people take daily; who is not signed in is asked to."""
    site = sites.of_request(request)
    drawn = [
        {
            "src": static(f"img/icon-{side}.png"),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": "any maskable",
        }
        for side in SQUARES
    ]
    icon = {"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    about = {
        "id": "/",
        "name": site.name,
        "short_name": site.name[:12],
        "lang": site.language or settings.LANGUAGE_CODE,
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",  # with a way back
        "icons": [icon, *drawn],
        "shortcuts": _shortcuts(site.language),
    }
    response = JsonResponse(about, content_type="application/manifest+json")
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response


def _shortcuts(language: str) -> list[dict[str, str]]:
    """In the language of the site: one copy serves everybody."""
    with translation.override(first_spoken(language)):
        return [
            {"name": _("What waits for me to decide"), "short_name": _("Moderation"), "url": reverse("moderation-all")},
            {"name": _("Search everything I may read"), "short_name": _("Search"), "url": reverse("search")},
        ]
