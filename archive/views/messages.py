"""One letter: by number, by Message-ID, its source, and the look-up of a Message-ID anywhere its reader may go."""

from typing import Any
from urllib.parse import unquote

from django.db.models import BinaryField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Substr
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import User
from archive import departed, naming
from archive.bodies import Body, File, shown_body, shown_text
from archive.keys import key_of
from archive.masking import mask_source
from archive.models import Attachment, Message, MessageQuerySet
from archive.reading import Reading, reads_archive, show
from archive.rendering.tokens import source_without_tokens
from archive.source import HEAD_BYTES, head_of, shown_headers
from common.caching import private
from common.http import REMOTE_IMAGES_POLICY
from common.prepared import Prepared, Slot
from groups.access import person
from groups.models import Group

SAME_ID_SHOWN = 20
# Not by the column itself: a planner would walk all letters of the group in the order of their numbers until one fits.
BY_NUMBER = F("number") + 0


@require_safe
@reads_archive
def by_number(request: HttpRequest, reading: Reading, number: int) -> HttpResponse:
    letter = _by_number.first(reading.staging, group=reading.group.pk, number=number)
    if letter is None:
        return departed.answer_for(request, reading, number=number)
    return _page(request, reading, letter, [])


@require_safe
@reads_archive
def by_id(request: HttpRequest, reading: Reading, message_id: str) -> HttpResponse:
    ids = spellings(message_id)
    keys = {f"key{place}": key_of(one) for place, one in enumerate(ids)}
    letters = _by_id.all(reading.staging, group=reading.group.pk, id0=ids[0], id1=ids[1], **keys)
    if not letters:
        return departed.answer_for(request, reading, message_ids=ids)
    return _page(request, reading, letters[0], letters[1:])


def has_id(message_id: str) -> Q:
    """Letters with this Message-ID, however it is spelled."""
    ids = spellings(message_id)
    return Q(message_id_key__in=[key_of(one) for one in ids], message_id__in=ids)


def spellings(message_id: str) -> tuple[str, str]:
    """Links from elsewhere are sometimes percent-encoded twice."""
    return message_id, unquote(message_id).replace("\0", "").removeprefix("<").removesuffix(">")


def _whole(staging: tuple[int, ...]) -> QuerySet[Message]:
    """Letters with content, the packed bytes their header is in, and the numbers of their neighbours, in one query."""
    return (
        Message.objects.filter(group=Slot("group"))
        .outside(staging)
        .select_related("content", "thread", "author")
        .defer("content__raw", "references")
        .annotate(
            head=Substr("content__raw", 1, HEAD_BYTES, output_field=BinaryField()),
            next_in_thread=_neighbour(staging, "thread", forwards=True),
            previous_in_thread=_neighbour(staging, "thread", forwards=False),
            next_by_date=_neighbour(staging, "group", forwards=True),
            previous_by_date=_neighbour(staging, "group", forwards=False),
        )
    )


def _neighbour(staging: tuple[int, ...], among: str, *, forwards: bool) -> Subquery:
    word, sign = ("gt", "") if forwards else ("lt", "-")
    # Exactly one equality, so that no planner takes the index of the whole group to walk a thread.
    near = Message.objects.filter(**{among: OuterRef(among), f"sent_at__{word}e": OuterRef("sent_at")}).outside(staging)
    near = near.filter(Q(**{f"sent_at__{word}": OuterRef("sent_at")}) | Q(**{f"id__{word}": OuterRef("id")}))
    return Subquery(near.order_by(f"{sign}sent_at", f"{sign}id").values("number")[:1])


_by_number = Prepared(lambda staging: _whole(staging).filter(number=Slot("number")))
_by_id = Prepared(
    lambda staging: (
        _whole(staging)
        .filter(message_id_key__in=[Slot("key0"), Slot("key1")], message_id__in=[Slot("id0"), Slot("id1")])
        .order_by(BY_NUMBER)[:SAME_ID_SHOWN]
    )
)
_files_of = Prepared(
    lambda: (
        Attachment.objects.filter(message=Slot("letter"))
        .order_by("index")
        .values_list("index", "filename", "content_type", "size")
    )
)


def _page(request: HttpRequest, reading: Reading, letter: Any, others: list[Message]) -> HttpResponse:
    """`letter` comes from _whole(), with what that adds to a Message."""
    remote = request.GET.get("remote") == "1" and letter.content.has_remote
    way = next((way for way in ("fixed", "plain") if request.GET.get(way) == "1"), "")
    body = Body(letter.content.html, letter.content.text, _files(letter))
    response = show(
        request,
        reading,
        "message.html",
        tab="topics",
        letter=letter,
        others=others,
        url=naming.letter_url(reading.slug, letter.number, letter.message_id),
        text=shown_text(letter.content.text, reading) if way else "",
        body="" if way else shown_body(body.html, reading, letter.number, remote=remote),
        way=way,
        files=body.files if way else body.files_beside(),
        headers=shown_headers(head_of(letter.head), whole_addresses=reading.sees_addresses),
        remote=remote,
    )
    if remote:
        response.headers["Content-Security-Policy"] = REMOTE_IMAGES_POLICY
    return response


def _files(letter: Message) -> list[File]:
    return [File(*row) for row in _files_of.all(letter=letter.pk)] if letter.attachment_count else []


@require_safe
@reads_archive
def raw(request: HttpRequest, reading: Reading, number: int) -> HttpResponse:
    return _source(request, reading, reading.messages.filter(number=number), number=number)


@require_safe
@reads_archive
def raw_by_id(request: HttpRequest, reading: Reading, message_id: str) -> HttpResponse:
    letters = reading.messages.filter(has_id(message_id))
    # A Message-ID may itself end with "/raw": then this is the address of the letter.
    if not letters.exists() and reading.messages.filter(has_id(f"{message_id}/raw")).exists():
        return redirect("message-by-id", reading.slug, f"{message_id}/raw")
    return _source(request, reading, letters, message_ids=spellings(message_id))


def _source(request: HttpRequest, reading: Reading, letters: QuerySet[Message], **named: Any) -> HttpResponse:
    """Members get the letter byte for byte, as a file, or as text with ?as=text; strangers its text, addresses masked."""
    letter = letters.select_related("content").order_by(BY_NUMBER).first()
    if letter is None:
        return departed.answer_for(request, reading, **named)
    return source_of(reading, letter, as_text=request.GET.get("as") == "text")


def source_of(reading: Reading, letter: Message, *, as_text: bool) -> HttpResponse:
    """For members the letter as it is, for strangers its text with addresses masked. `as_text`: to be looked at."""
    source = source_without_tokens(letter.content.raw_bytes)
    if reading.sees_addresses and not as_text:
        response = HttpResponse(source, content_type="message/rfc822")
        name = f"{reading.slug}-{letter.number}.eml"
        response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    else:
        shown = source if reading.sees_addresses else mask_source(source)
        response = HttpResponse(shown, content_type="text/plain; charset=utf-8")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def letters_anywhere(reader: User | None, message_id: str, among: MessageQuerySet) -> list[Message]:
    """Letters with this Message-ID in all groups that this person may read."""
    groups = Group.objects.readable_by(reader)
    found = among.visible().filter(has_id(message_id), group__in=groups).select_related("group__archive")
    return [
        letter
        for letter in found.order_by("group__name", "number")[:100]
        if letter.transfer_id is None or letter.transfer_id not in letter.group.archive.staging
    ]


@require_safe
def lookup(request: HttpRequest, message_id: str) -> HttpResponse:
    """Where a letter is, among all groups its reader may read. The same answer for what is forbidden and what is not."""
    found = letters_anywhere(person(request), message_id, Message.objects.all())
    letters = [(letter, naming.letter_url(letter.group.slug, letter.number, letter.message_id)) for letter in found]
    if not letters:
        raise Http404(_("No letter with this Message-ID that you may read."))
    if len({letter.group_id for letter, _url in letters}) == 1:
        return private(redirect(letters[0][1]))
    return private(render(request, "archive/lookup.html", {"letters": letters, "message_id": message_id}))
