"""Reporting a group, a letter or a person to those who run the site: for everybody who may see it, signed in or not."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.caching import private
from common.notices import DAY
from common.ratelimit import allowed
from groups.abuse import actions, targets
from groups.abuse.forms import ReportForm
from groups.abuse.targets import Target
from groups.access import Visit, person, visit_group

REPORTS_A_DAY = 10
# The heading of the page for each kind of thing, short for the tab of the browser and whole.
HEADINGS = {
    "group": (gettext_lazy("Report this group"), gettext_lazy("Report this group to the site")),
    "letter": (gettext_lazy("Report this letter"), gettext_lazy("Report this letter to the site")),
    "person": (gettext_lazy("Report this person"), gettext_lazy("Report this person to the site")),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_group(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_group(request, slug)
    return page(request, visit, targets.of_group(visit.group), visit.group.get_absolute_url())


def page(request: HttpRequest, visit: Visit, target: Target, back: str) -> HttpResponse:
    """The form for one target, whose visibility the caller has checked. `back`: where it leads."""
    reader = person(request)
    form = ReportForm(request.POST or None, signed_in=reader is not None)
    status = 200
    if request.method == "POST" and form.is_valid():
        place = reader.pk if reader is not None else get_adapter(request).get_client_ip(request)
        if not allowed("report to the site", place, limit=REPORTS_A_DAY, seconds=DAY):
            form.add_error(None, _("So many reports came from here today that we stop until tomorrow."))
            status = 429
        else:
            messages.success(request, _(_taken(form, target, request)))
            return redirect(back)
    elif request.method == "POST":
        status = 400
    context = {"visit": visit, "tab": "", "form": form, "target": target, "back": back, "reader": reader}
    context["heading"], context["heading_whole"] = HEADINGS[target.kind]
    return private(render(request, "abuse/report.html", context, status=status))


def _taken(form: ReportForm, target: Target, request: HttpRequest) -> str:
    if request.POST.get("website"):  # a field that people do not see
        return actions.Reported.TAKEN
    reader = person(request)
    address = form.cleaned_data.get("address", "")
    if reader is not None and form.cleaned_data["hear"]:
        address = reader.email
    words = form.cleaned_data["words"].replace("\0", "")
    return actions.report(target, what=form.cleaned_data["what"], words=words, by=reader, address=address)
