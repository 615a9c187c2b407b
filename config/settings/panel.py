"""How the panel at /admin/ looks: the colours of static/css/tokens.css as scales (docs/admin.md says how to add to it)."""

from typing import Any

from django.http import HttpRequest

PAPER_TO_INK = {
    "50": "#fbfaf6",
    "100": "#f2efe7",
    "200": "#e2ddd0",
    "300": "#cdc8ba",
    "400": "#a6adb5",
    "500": "#565d66",
    "600": "#3d434b",
    "700": "#30363c",
    "800": "#1d2125",
    "900": "#15181b",
    "950": "#111416",
}
ACCENT = {
    "50": "#eff6f5",
    "100": "#dcecea",
    "200": "#bcdedb",
    "300": "#93dad6",
    "400": "#6fc7c2",
    "500": "#6fc7c2",
    "600": "#0b5f63",
    "700": "#084b4e",
    "800": "#0a3f41",
    "900": "#17383a",
    "950": "#0b1f20",
}


def _static(name: str) -> Any:
    def address(request: HttpRequest) -> str:
        from django.templatetags.static import static

        return static(name)

    return address


def unfold(site_name: str) -> dict[str, Any]:
    """The setting UNFOLD."""
    return {
        "SITE_TITLE": site_name,
        "SITE_HEADER": site_name,
        "SITE_SUBHEADER": "The panel of those who run the site",
        "SITE_ICON": _static("img/icon.svg"),
        "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _static("img/icon.svg")}],
        "SHOW_HISTORY": False,  # the site's log has more (groups.abuse)
        "SHOW_VIEW_ON_SITE": True,
        "SHOW_BACK_BUTTON": True,
        "BORDER_RADIUS": "6px",
        "COLORS": {"base": PAPER_TO_INK, "primary": ACCENT},
        "STYLES": [_static("css/panel.css")],
        "SIDEBAR": {"show_search": False, "show_all_applications": False},
        "ACCOUNT": {"navigation": _account},
    }


def _account(request: HttpRequest) -> list[dict[str, str]]:
    from django.urls import reverse

    return [
        {"title": "Your account", "link": reverse("profile")},
        {"title": "Second step", "link": reverse("mfa_index")},
    ]
