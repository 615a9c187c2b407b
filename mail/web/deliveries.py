"""Why didn't I get it? The story of one letter and one member, and a button that sends it again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from archive.models import Message
from archive.reading import Reading, open_archive
from common.ratelimit import allowed
from common.text import number_in
from groups.access import MembersOnly
from groups.actions.joining import membership_of
from groups.models import Membership
from mail.delivery import explain, resend
from mail.web.choices import trouble_at

PEOPLE_SHOWN = 20
AN_HOUR = 3600
MOST_LETTERS_AN_HOUR = 20
MOST_TOPICS_AN_HOUR = 3


@never_cache
@login_required
@require_safe
def delivery(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A member sees their own story; a moderator may ask for any member's: ?q= finds them, ?member= chooses one."""
    reading = open_archive(request, slug)
    letter = _letter(reading, number)
    wanted = " ".join(request.GET.get("q", "").replace("\0", "").split())[:100]
    moderates = reading.visit.can_moderate
    by_address = moderates and "@" in wanted
    asked = request.GET.get("member", "")
    member = membership_of(reading.group, wanted) if by_address else _member(reading, asked)
    address = wanted if by_address else member.mail_address if member else ""
    context = {
        "reading": reading,
        "visit": reading.visit,
        "tab": "topics",
        "letter": letter,
        "member": member,
        "is_own": member is not None and member.user_id == reading.user.pk,  # type: ignore[union-attr]
        "address": address,
        "wanted": wanted,
        "found": _found(reading, wanted) if moderates and wanted else [],
        "events": explain.story(letter, address) if address else [],
        "trouble": trouble_at(address) if member else None,
    }
    return render(request, "mail/web/delivery.html", context)


def _letter(reading: Reading, number: int) -> Message:
    found = reading.messages.filter(number=number).select_related("thread", "group").first()
    if found is None:
        raise Http404("There is no such letter.")
    return found


def _member(reading: Reading, asked: str) -> Membership | None:
    """Whose story it is: one's own, or for moderators who they ask for. Http404 where there is no such member."""
    memberships = Membership.objects.filter(group=reading.group).select_related("user")
    if asked and reading.visit.can_moderate:
        chosen = memberships.filter(pk=number_in(asked) or 0).first()
        if chosen is None:
            raise Http404("There is no such member.")
        return chosen
    own = memberships.filter(user=reading.user).first()
    if own is None and not reading.visit.can_moderate:
        raise MembersOnly(reading.group, "mails")
    return own


def _found(reading: Reading, wanted: str) -> "list[Membership]":
    people: QuerySet[Membership] = Membership.objects.filter(group=reading.group).select_related("user")
    for word in wanted.split()[:8]:
        people = people.filter(user__name__icontains=word) | people.filter(user__email__icontains=word)
    return list(people.order_by("joined_at", "pk")[:PEOPLE_SHOWN])


@require_POST
@login_required
def send_again(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`what`: letter or thread; `member`: for moderators, to whom."""
    reading = open_archive(request, slug)
    letter = _letter(reading, number)
    member = _member(reading, request.POST.get("member", ""))
    if member is None:
        raise MembersOnly(reading.group, "mails")
    topic = request.POST.get("what") == "thread"
    assert reading.user is not None
    if resend.is_suspended(member):
        messages.error(
            request,
            _("No mail goes to %(address)s, because letters came back. See below.") % {"address": member.mail_address},
        )
    elif not _is_allowed(reading.user.pk, topic=topic):
        messages.error(request, _("You have had many letters sent again within an hour. Try it a little later."))
    else:
        count = resend.send_again(_letters(reading, letter) if topic else [letter], member)
        said = ngettext(
            "The letter is on the way to %(address)s.", "%(count)s letters are on the way to %(address)s.", count
        )
        messages.success(request, said % {"count": count, "address": member.mail_address})
    asked = "" if member.user_id == reading.user.pk else f"?member={member.pk}"
    return redirect(reverse("delivery", args=[slug, number]) + asked)


def _is_allowed(user_id: int, *, topic: bool) -> bool:
    if topic:
        return allowed("resend-topic", user_id, limit=MOST_TOPICS_AN_HOUR, seconds=AN_HOUR)
    return allowed("resend", user_id, limit=MOST_LETTERS_AN_HOUR, seconds=AN_HOUR)


def _letters(reading: Reading, letter: Message) -> list[Message]:
    """The topic's letters in order, of a long one the latest."""
    found = reading.in_thread(letter.thread.number).select_related("group", "content")
    return list(found.order_by("-sent_at", "-pk")[: resend.MOST_LETTERS])[::-1]
