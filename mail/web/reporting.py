"""The page on which a member reports a letter."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from archive.models import Archive, Message
from common.notices import DAY
from common.ratelimit import allowed
from groups.access import person, visit_as_member
from mail.models import Why
from mail.review import reporting
from mail.review.reporting import Reported

REPORTS_A_DAY = 20
SAID = {
    Reported.TAKEN: gettext_lazy("Thank you. The moderators look at it."),
    Reported.HIDDEN: gettext_lazy("Thank you. The letter is hidden until a moderator decides."),
    Reported.BEFORE: gettext_lazy("You reported this letter before; the moderators know."),
}


class ReportForm(forms.Form):
    why = forms.ChoiceField(label=gettext_lazy("What is wrong with it"), choices=Why.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("Words to the moderators"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    visit = visit_as_member(request, slug, "button to report a letter")
    reader = person(request)
    assert reader is not None
    archive = Archive.objects.filter(group=visit.group).first()
    letters = Message.objects.filter(group=visit.group, number=number).visible(archive)
    letter = letters.select_related("thread", "author").first()
    if letter is None:
        raise Http404("There is no such letter.")
    letter.group = visit.group
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not allowed("report", reader.pk, limit=REPORTS_A_DAY, seconds=DAY):
            form.add_error(None, _("You have reported many letters today. Write to the moderators instead."))
        else:
            outcome = reporting.report(letter, reader, form.cleaned_data["why"], form.cleaned_data["words"])
            messages.success(request, SAID[outcome])
            return redirect("topics", slug) if outcome is Reported.HIDDEN else redirect("message", slug, number)
    context = {"visit": visit, "tab": "topics", "letter": letter, "form": form}
    return render(request, "mail/web/report.html", context, status=429 if form.non_field_errors() else 200)
