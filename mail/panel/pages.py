"""The page of the panel about one address."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from common.panel import pages
from common.panel.pages import PanelPage, render
from groups.abuse.panel import may_tend
from mail.panel.where import look_up


def register_pages() -> None:
    title = "Where is this address?"
    pages.register(
        PanelPage("where/", "where", title, where, area="People", icon="person_search", order=1, may=may_tend)
    )


@require_safe
def where(request: HttpRequest) -> HttpResponseBase:
    asked = request.GET.get("address", "")
    found = look_up(asked) if asked.strip() else None
    more = (
        [section for about in pages.ABOUT_PEOPLE for section in about(found.person)] if found and found.person else []
    )
    return render(request, "panel/where.html", "Where is this address?", {"found": found, "asked": asked, "more": more})
