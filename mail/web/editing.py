"""Changing a letter that waits, before it goes out."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from groups.access import person, visit_with
from groups.models import Right, Waiting
from groups.moderation import queue
from mail import review
from mail.inbound.incoming import open_letter
from mail.inbound.posts import LETTER
from mail.models import Inbound, InboundState
from mail.review import editing


class EditForm(forms.Form):
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=250,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    text = forms.CharField(
        label=gettext_lazy("Letter"),
        max_length=editing.LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"dir": "auto", "rows": 16, "class": "letter-text"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    visit = visit_with(request, slug, Right.POSTS)
    reader = person(request)
    assert reader is not None
    waiting = Waiting.objects.filter(pk=pk, group=visit.group, kind=LETTER).select_related("claimed_by").first()
    if waiting is None:
        raise Http404("There is no such letter.")
    rows = Inbound.objects.filter(pk=waiting.target, state=InboundState.HELD)
    inbound = rows.select_related("spooled__sender", "group").first()
    incoming = open_letter(inbound) if inbound is not None else None
    if incoming is None or inbound is None or queue.in_others_hands(waiting, reader) or editing.why_not(incoming):
        return redirect("moderation-item", slug, pk)
    given = {"subject": incoming.letter.subject, "text": incoming.letter.text}
    form = EditForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        changed = editing.edit(inbound, reader, **form.cleaned_data)
        approved = "approve" in request.POST and review.approve(inbound, reader)
        messages.success(request, _said(changed=changed, approved=approved))
        return redirect("moderation", slug) if approved else redirect("moderation-item", slug, pk)
    keeps_layout = bool(incoming.letter.html) and "<" in incoming.letter.html and incoming.parsed.bodies
    context = {
        "visit": visit,
        "tab": "moderation",
        "form": form,
        "waiting": waiting,
        "files": incoming.parsed.attachments,
    }
    return render(request, "mail/web/edit.html", {**context, "loses_layout": bool(keeps_layout)})


def _said(*, changed: bool, approved: bool) -> str:
    if approved:
        return _("Changed and approved; its author is sent the difference.") if changed else _("Approved as it was.")
    return _("Changed. It still waits.") if changed else _("Nothing was changed.")
