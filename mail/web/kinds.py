"""What the gateway has moderators decide about: letters that wait, requests to join, letters that were reported. mail.apps
registers them, so that the queue knows them by name."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from archive.models import Content
from archive.rendering import fragment_of, reveal_addresses
from archive.source import HEAD_BYTES, shown_headers
from groups.models import JoinRequest, Right, Waiting
from groups.moderation.registry import Choice, Kind, Shown
from mail import review
from mail.commands import requests
from mail.inbound.facts import gather
from mail.inbound.incoming import open_letter
from mail.models import Inbound, Report
from mail.review import banning, editing, learning, reporting

if TYPE_CHECKING:
    from groups.access import Visit

EARLIER_SHOWN = 10


def _decide_letter(waiting: Waiting, name: str, by: User, words: str) -> bool:
    inbound = _inbound(waiting)
    if name == "reject":
        return review.reject(inbound, by, words)
    if name == "ban":
        return banning.drop_and_ban(inbound, by, words)
    if name in ("discard", "spam"):
        return review.discard(inbound, by, outcome=name)
    return review.approve(inbound, by, trust=name == "trust")


def _expire_letter(waiting: Waiting) -> bool:
    return review.expire(_inbound(waiting), quiet=bool(waiting.quiet))


def _inbound(waiting: Waiting) -> Inbound:
    found = Inbound.objects.select_related("spooled__sender", "decided_by", "letter__thread").get(pk=waiting.target)
    found.group = waiting.group
    return found


def _show_letter(waiting: Waiting, visit: "Visit") -> Shown:
    inbound = _inbound(waiting)
    incoming = open_letter(inbound)
    letter = incoming.letter
    changes = editing.changes_of(inbound)
    return "mail/web/_held.html", {
        "inbound": inbound,
        "letter": letter,
        "body": _body(fragment_of(letter.html, letter.text)),
        "files": incoming.parsed.attachments,
        "headers": shown_headers(incoming.raw[:HEAD_BYTES], whole_addresses=True),
        "to": ", ".join(person.address for person in (*incoming.parsed.to, *incoming.parsed.cc))[:500],
        "checks": gather(incoming).authentication,
        "changes": changes.split("\n") if changes else [],
        "why_not_edited": editing.why_not(incoming) if waiting.is_open else "",
    }


def _body(html: str) -> SafeString:
    return mark_safe(reveal_addresses(html))  # noqa: S308 - made by archive.rendering, which lets nothing live through


def _decide_request(waiting: Waiting, name: str, by: User, words: str) -> bool:
    return requests.decide(_request(waiting), name, by, words)


def _expire_request(waiting: Waiting) -> bool:
    return requests.expire(_request(waiting))


def _request(waiting: Waiting) -> JoinRequest:
    request = JoinRequest.objects.select_related("decided_by").get(pk=waiting.target)
    request.group = waiting.group
    return request


def _show_request(waiting: Waiting, visit: "Visit") -> Shown:
    request = _request(waiting)
    earlier = JoinRequest.objects.filter(group=waiting.group, address=request.address, decided_at__isnull=False)
    context: Mapping[str, Any] = {
        "request_to_join": request,
        "earlier": earlier.exclude(pk=request.pk).select_related("decided_by").order_by("-pk")[:EARLIER_SHOWN],
    }
    return "mail/web/_request.html", context


def _decide_report(waiting: Waiting, name: str, by: User, words: str) -> bool:
    letter = reporting.letter_of(waiting.target)
    return letter is not None and reporting.decide(letter, name, by, words)


def _show_report(waiting: Waiting, visit: "Visit") -> Shown:
    letter = reporting.letter_of(waiting.target)
    if letter is None:
        return "mail/web/_reported.html", {"letter": None}
    content = Content.objects.filter(message=letter).defer("raw").first()
    return "mail/web/_reported.html", {
        "letter": letter,
        "body": _body(fragment_of(content.html, content.text)) if content is not None else "",
        "reports": Report.objects.filter(letter=letter).select_related("by").order_by("pk"),
    }


def _tell_letter(waiting: Waiting) -> dict[str, Any]:
    incoming = open_letter(_inbound(waiting))
    files = [{"filename": each.filename, "content_type": each.content_type} for each in incoming.parsed.attachments]
    return {"subject": waiting.title, "text": incoming.letter.text, "attachments": files}


def _tell_request(waiting: Waiting) -> dict[str, Any]:
    request = _request(waiting)
    answers = [{"question": question, "answer": answer} for question, answer in request.answers]
    return {"address": request.address, "name": request.name, "answers": answers}


def _tell_report(waiting: Waiting) -> dict[str, Any]:
    letter = reporting.letter_of(waiting.target)
    reports = Report.objects.filter(letter=waiting.target).select_related("by").order_by("pk")
    told = [{"by": str(each.by), "why": each.why, "words": each.words} for each in reports]
    return {"message": letter.number if letter is not None else None, "reports": told}


LETTER = Kind(
    "letter",
    _("Letter"),
    _("Letters"),
    Right.POSTS,
    (
        Choice("approve", _("Approve"), _("Approved: it is in the archive and on its way."), key="a", look="main"),
        Choice("trust", _("Approve and trust"), _("Approved. Letters of this member will not wait again."), key="t",
               for_members=True),
        Choice("reject", _("Send back…"), _("Sent back."), key="r", look="danger", asks=_("What the author is told")),
        Choice("discard", _("Drop…"), _("Dropped. Nobody is told."), key="d", look="danger",
               warns=_("Nobody is told, and it is not published. This cannot be undone here.")),
        Choice("spam", _("Spam…"), _("Dropped, and the spam filter learns from it."), key="s", look="danger",
               warns=_("Dropped without a word, and shown to the spam filter."), when=learning.filter_is_there),
        Choice("ban", _("Drop and ban…"), _("Dropped, and its author may not write here again."), look="danger",
               asks=_("Why, for the moderators who see the ban"), right=Right.BANS),
    ),
    _decide_letter,
    _show_letter,
    _expire_letter,
    _tell_letter,
    edits=True,
)  # fmt: skip
REQUEST = Kind(
    "request",
    _("Request to join"),
    _("Requests to join"),
    Right.MEMBERS,
    (
        Choice("approve", _("Accept"), _("Accepted: they are a member, and were told."), key="a", look="main"),
        Choice("reject", _("Refuse…"), _("Refused."), key="r", look="danger", asks=_("What they are told")),
        Choice("discard", _("Drop…"), _("Dropped. Nobody is told."), key="d", look="danger",
               warns=_("They are not told. They may ask again.")),
        Choice("ban", _("Drop and ban…"), _("Dropped, and the address may not ask again."), look="danger",
               asks=_("Why, for the moderators who see the ban"), right=Right.BANS),
    ),
    _decide_request,
    _show_request,
    _expire_request,
    _tell_request,
)  # fmt: skip
REPORT = Kind(
    "report",
    pgettext_lazy("about a letter", "Report"),
    _("Reports"),
    Right.REPORTS,
    (
        Choice("approve", _("Keep it"), _("It stays; reports do not hide it again."), key="a", look="main"),
        Choice("discard", _("Hide it…"), _("Hidden."), key="d", look="danger",
               warns=_("Nobody sees it any more. Its author is not told. It can be shown again.")),
        Choice("reject", _("Hide, and tell the author…"), _("Hidden, and its author was told."), key="r", look="danger",
               asks=_("What the author is told")),
        Choice("ban", _("Hide, and ban the author…"), _("Hidden, and its author may not write here again."), look="danger",
               asks=_("Why, for the moderators who see the ban"), right=Right.BANS),
    ),
    _decide_report,
    _show_report,
    tell=_tell_report,
)  # fmt: skip
ALL = (LETTER, REQUEST, REPORT)
