"""Letters: in the order of their numbers for whoever mirrors a group, one by number or Message-ID, its source, its files."""

from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from ninja import Query, Router

from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from archive.api import gone, shown
from archive.api.shown import AttachmentShown, MessageInFull, MessageInList
from archive.models import Message
from archive.reading import Reading, open_archive
from archive.search.scope import reader_of
from archive.views.attachments import KINDS, file_response
from archive.views.messages import has_id, letters_anywhere, source_of, spellings
from common.api.fields import Number, Words
from common.api.lists import ListOf, Window, listed
from common.api.problems import Problem
from groups.access import person

MOST_FOUND = 20
router = Router(tags=["messages"])
READ = needs(Scope.MESSAGES_READ, anybody=True)
ANY_BYTES = {"responses": {200: {"description": "The bytes.", "content": {"*/*": {"schema": {"type": "string"}}}}}}
SOURCE = {
    "responses": {
        200: {
            "description": "The letter, byte for byte; for strangers to the group as text, its addresses shortened.",
            "content": {kind: {"schema": {"type": "string"}} for kind in ("message/rfc822", "text/plain")},
        }
    }
}
After = Annotated[int, Query(ge=0, le=2**31 - 1, description="Only letters with higher numbers.")]


@router.get("/groups/{slug}/messages", response=ListOf[MessageInList], auth=READ)
def list_messages(request: HttpRequest, slug: str, window: Query[Window], after: After = 0) -> dict[str, Any]:
    """Letters in the order of their numbers. Who mirrors a group asks for those `after` the highest number they have; numbers
    are given out once and never change."""
    reading = open_archive(request, slug)
    letters = shown.light(reading.messages.filter(number__gt=after))
    how = {"field": "number", "by_number": True, "descending": False}
    return listed(request, letters, window, lambda rows: shown.letters(rows, reading), **how)  # type: ignore[arg-type]


@router.get("/groups/{slug}/messages/{number}", response=MessageInFull, auth=READ)
def read_message(request: HttpRequest, slug: str, number: Number) -> Any:
    """One letter, with its text."""
    reading = open_archive(request, slug)
    letter = _whole(reading).filter(number=number).first()
    return shown.in_full(letter, reading) if letter is not None else gone.answer_for(reading, number=number)


@router.get("/groups/{slug}/m/{mid:message_id}", response=MessageInFull, auth=READ)
def read_message_by_id(request: HttpRequest, slug: str, message_id: str) -> Any:
    """One letter by its Message-ID, percent-encoded, without the angle brackets."""
    reading = open_archive(request, slug)
    letter = _whole(reading).filter(has_id(message_id)).order_by("number").first()
    if letter is None:
        return gone.answer_for(reading, message_ids=spellings(message_id))
    return shown.in_full(letter, reading)


def _whole(reading: Reading) -> Any:
    letters = shown.light(reading.messages).select_related("content").defer("content__raw")
    return letters.prefetch_related("attachments")


@router.get("/r/{mid:message_id}", response=list[MessageInList], auth=needs(Scope.MESSAGES_READ, anybody=True))
def find_message(request: HttpRequest, message_id: str) -> list[dict[str, Any]]:
    """A letter by its Message-ID in whatever groups I may read: the same letter may be in several."""
    reader = person(request)
    found = letters_anywhere(reader, message_id, shown.light(Message.objects.all()))
    if not found:
        raise Http404("No letter with this Message-ID that you may read.")
    insider = reader_of(reader, None)
    return [shown.in_list(letter, whole=insider.sees_addresses(letter.group_id)) for letter in found[:MOST_FOUND]]


@router.get("/groups/{slug}/messages/{number}/raw", auth=READ, openapi_extra=SOURCE)
def read_source(request: HttpRequest, slug: str, number: Number) -> HttpResponse:
    """The source of a letter (RFC 5322)."""
    reading = open_archive(request, slug)
    letter = reading.messages.filter(number=number).select_related("content").first()
    if letter is None:
        return gone.answer_for(reading, number=number, rest="/raw")
    return source_of(reading, letter, as_text=False)


@router.get("/groups/{slug}/messages/{number}/attachments/{index}", auth=READ, openapi_extra=ANY_BYTES)
def read_attachment(request: HttpRequest, slug: str, number: Number, index: Number) -> HttpResponseBase:
    """The bytes of an attachment."""
    reading = open_archive(request, slug)
    found = reading.attachments().filter(message__number=number, index=index).first()
    if found is None:
        return gone.answer_for(reading, number=number, rest=f"/attachments/{index}")
    etag = f'"{found.sha256[:32]}-{"whole" if reading.sees_addresses else "masked"}"'
    unchanged = get_conditional_response(request, etag=etag)
    response = unchanged if unchanged is not None else file_response(found, reading)
    response.headers["ETag"] = etag
    return response


@router.get("/groups/{slug}/attachments", response=ListOf[AttachmentShown], auth=READ)
def list_attachments(request: HttpRequest, slug: str, window: Query[Window], kind: Words = "") -> dict[str, Any]:
    """All attachments of a group, the latest first; `kind`: pictures, documents, text, sound or film."""
    reading = open_archive(request, slug)
    files = reading.attachments()
    if kind and kind not in KINDS:
        raise Problem(422, f"Kinds are {', '.join(KINDS)}.", errors=[("query.kind", "There is no such kind.")])
    if kind:
        files = files.filter(kind=KINDS[kind][1])
    return listed(
        request,
        files,
        window,
        lambda rows: [shown.file_shown(reading, row.message.number, row) for row in rows],
        field="sent_at",
    )
