"""Follow or mute a topic: a button on its page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from archive.reading import open_archive
from groups.access import MembersOnly
from mail.delivery import topics
from mail.models import TopicWish

SAID = {
    TopicWish.FOLLOW.value: _("You follow this topic: each of its letters comes by mail."),
    TopicWish.MUTE.value: _("This topic is muted: no more of it comes by mail."),
    "": _("This topic comes like the rest of the group’s mail."),
}


@require_POST
@login_required
def choose(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`wish`: follow, mute, or nothing; `from`: choices, where the button stood on the page of choices."""
    reading = open_archive(request, slug)
    if reading.user is None or not reading.group.memberships.filter(user=reading.user).exists():
        raise MembersOnly(reading.group, "mails")
    letter = reading.in_thread(number).order_by("number").first()
    wish = request.POST.get("wish", "")
    if letter is None or wish not in SAID:
        raise Http404("There is no such topic.")
    topics.choose(reading.user, letter, wish)
    messages.success(request, SAID[wish])
    return redirect("membership", slug) if request.POST.get("from") == "choices" else redirect("thread", slug, number)
