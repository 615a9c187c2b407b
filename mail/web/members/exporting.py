"""The members as a file: every attribute, streamed, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common.caching import private
from common.chunks import chunks
from common.ratelimit import allowed
from groups.actions.log import note
from groups.models import Action, Group, Membership, Right
from mail.models import Mailbox
from mail.web.members.frame import page, visit_for

FILES_AN_HOUR = 10
CHUNK = 2000
COLUMNS = (
    "address", "name", "account address", "role", "rights", "delivery", "digest format", "posting", "approved letters",
    "rejected letters", "own posts", "skip addressed", "attachments kb", "paused at", "paused because", "in directory",
    "address in directory", "joined", "came by", "added by", "consent", "mailbox", "mailbox score",
)  # fmt: skip
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """What is in the file, and the button that fetches it."""
    visit, _ = visit_for(request, slug, Right.EXPORT)
    return page(request, "export", visit, "everybody", columns=COLUMNS)


@require_POST
def export(request: HttpRequest, slug: str) -> HttpResponseBase:
    visit, by = visit_for(request, slug, Right.EXPORT)
    if not allowed("members as a file", by.pk, limit=FILES_AN_HOUR, seconds=3600):
        messages.error(request, _("You have taken many files within an hour. Try again a little later."))
        return redirect("members-export", slug)
    note(Action.MEMBERS_EXPORTED, group=visit.group, by=by)
    response = StreamingHttpResponse(lines(visit.group), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{visit.group.slug}-members.csv"'
    return private(response)


class _Line:
    """What csv writes to: gives the line back."""

    def write(self, text: str) -> str:
        return text


def lines(group: Group) -> Iterator[str]:
    """CSV (RFC 4180) with a byte order mark, by which spreadsheets know UTF-8."""
    writer = csv.writer(_Line())
    yield "\ufeff" + writer.writerow(COLUMNS)
    members = Membership.objects.filter(group=group).select_related("user", "batch").defer("batch__packed")
    for some in chunks(members.order_by("pk").iterator(CHUNK), CHUNK):
        yield "".join(writer.writerow([defused(cell) for cell in row]) for row in _rows(some))


def _rows(members: Sequence[Membership]) -> Iterable[list[Any]]:
    addresses = [each.mail_address.lower() for each in members]
    mailboxes = {each.address: each for each in Mailbox.objects.filter(address__among=addresses)}
    for each in members:
        mailbox = mailboxes.get(each.mail_address.lower())
        batch = each.batch
        consent = f"{batch.get_consent_display()} {batch.consent_words}".strip() if batch else ""
        yield [
            each.mail_address, each.user.name, each.user.email, each.role,
            " ".join(each.rights) if each.rights is not None else "", each.delivery, each.digest_format, each.posting,
            each.approved_posts, each.rejected_posts, each.own_posts, each.skip_addressed, each.attachments_kb,
            each.paused_at, each.paused_because, each.listed, each.address_listed, each.joined_at, each.came_by,
            batch.by_name if batch else "", consent, mailbox.state if mailbox else "normal", mailbox.score if mailbox else 0,
        ]  # fmt: skip


def defused(value: Any) -> str:
    """A spreadsheet runs a cell that begins like a formula; with a quote before it, it shows it (CWE-1236)."""
    text = "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text
