"""What templates may use of the switches."""

from django.http import HttpRequest

from accounts import switches


class Switches:
    """{% if switches.start_groups %}"""

    def __getitem__(self, name: str) -> bool:
        return switches.on(name)


def site(request: HttpRequest) -> dict[str, object]:
    banner = switches.words("banner") if switches.on("banner") else ""
    return {"switches": Switches(), "SITE_BANNER": banner}
