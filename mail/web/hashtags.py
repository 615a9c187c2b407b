"""Follow or mute a hashtag: buttons on its page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from archive.models import Hashtag
from archive.reading import open_archive
from groups.access import MembersOnly
from mail.delivery.hashtags import choose_hashtag
from mail.models import TopicWish

SAID = {
    TopicWish.FOLLOW.value: _("You follow this hashtag: letters of its topics come by mail."),
    TopicWish.MUTE.value: _("This hashtag is muted: letters of its topics come by mail no more."),
    "": _("Topics with this hashtag come like the rest of the group’s mail."),
}


@require_POST
@login_required
def choose(request: HttpRequest, slug: str, tag: str) -> HttpResponse:
    """`wish`: follow, mute, or nothing."""
    reading = open_archive(request, slug)
    if reading.user is None or not reading.group.memberships.filter(user=reading.user).exists():
        raise MembersOnly(reading.group, "mails")
    hashtag = Hashtag.objects.filter(group=reading.group, name=tag).first() if "\x00" not in tag else None
    wish = request.POST.get("wish", "")
    if hashtag is None or wish not in SAID:
        raise Http404("There is no such hashtag.")
    choose_hashtag(reading.user, hashtag, wish)
    messages.success(request, SAID[wish])
    return redirect("hashtag", slug, tag)
