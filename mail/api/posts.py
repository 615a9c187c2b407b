"""Writing letters: by the same spool and the same rules as by mail and on the web, so the same becomes of them."""

from base64 import b64decode
from binascii import Error as NotBase64
from io import BytesIO
from typing import Annotated, Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.http import HttpRequest
from ninja import Field, Header, Router, Schema, Status

from accounts.models import User
from accounts.tokens.auth import needs
from accounts.tokens.models import Scope
from archive.api.shown import address_of
from archive.models import Message
from archive.reading import open_archive
from common.api.fields import Key, Line, Number, Text
from common.api.problems import Problem, checked
from common.ratelimit import allowed
from groups.access import Visit, person, visit_group
from mail.models import Inbound, InboundState
from mail.web import drafts, letters
from mail.web.forms import MOST_FILES, LetterForm, why_too_large
from mail.web.people import addresses_of
from mail.web.posting import (
    AN_HOUR,
    MOST_AN_HOUR,
    MayNotWrite,
    answered,
    as_letter,
    outlook_of,
    own_letter,
    post_once,
)

router = Router(tags=["posts"])
WRITE = needs(Scope.POSTS_WRITE)
NO_ADDRESS = "Confirm your address first: the page “Addresses” of your account sends you the mail for it."
TOO_OFTEN = f"You have sent {MOST_AN_HOUR} letters within an hour."
Once = Annotated[str, Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9_-]{20,40}$")]


class NewAttachment(Schema):
    """`content`: in base64 (RFC 4648)."""

    filename: Annotated[Line, Field(max_length=255)]
    content_type: Line = "application/octet-stream"
    content: str


class NewPost(Schema):
    """`address`: one of my confirmed addresses; empty for my own."""

    subject: Line
    text: Text
    address: Line = ""
    attachments: Annotated[list[NewAttachment], Field(max_length=MOST_FILES)] = []


class NewReply(Schema):
    """`subject`: that of the letter, with "Re:", where it is left out."""

    text: Text
    subject: Line = ""
    address: Line = ""
    attachments: Annotated[list[NewAttachment], Field(max_length=MOST_FILES)] = []


class Posted(Schema):
    """What became of a letter. `state`: archived, held (a moderator looks at it first), rejected, discarded, …; `message`: its
    number, once it is in the archive."""

    id: int
    state: str
    detail: str
    message: int | None
    href: str


RESULTS = {201: Posted, 202: Posted}


@router.post("/groups/{slug}/posts", response=RESULTS, auth=WRITE)
def write_post(request: HttpRequest, slug: str, wanted: NewPost, once: Once = "") -> Status:
    """Begin a topic. 201 where it is published, 202 where it waits, or was not taken: `state` and `detail` say so. The same
    `Idempotency-Key` (20 to 40 letters, digits, - and _) with the same letter sends it once."""
    return _write(request, visit_group(request, slug), None, wanted.dict(), once)


@router.post("/groups/{slug}/messages/{number}/replies", response=RESULTS, auth=WRITE)
def write_reply(request: HttpRequest, slug: str, number: Number, wanted: NewReply, once: Once = "") -> Status:
    """Answer a letter."""
    reading = open_archive(request, slug)
    parent = answered(reading, number)
    said = wanted.dict()
    said["subject"] = said["subject"] or letters.reply_subject(parent.subject) or "Re:"
    return _write(request, reading.visit, parent, said, once)


@router.get("/groups/{slug}/posts/{pk}", response=Posted, auth=WRITE)
def read_post(request: HttpRequest, slug: str, pk: Key) -> dict[str, Any]:
    """What became of a letter of mine."""
    visit = visit_group(request, slug)
    return _shown(visit, own_letter(request, visit, pk))


def _write(request: HttpRequest, visit: Visit, parent: Message | None, said: dict[str, Any], once: str) -> Status:
    user = person(request)
    assert isinstance(user, User)
    addresses = addresses_of(user)
    try:
        outlook_of(visit.group, user, addresses, parent)
    except MayNotWrite as refusal:
        raise Problem(403, refusal.why or NO_ADDRESS) from None
    form = LetterForm({**said, "address": said["address"] or addresses[0], "once": once}, addresses=addresses)
    values = {**checked(form), "once": once or LetterForm.new_once()}
    raw = _raw(visit, user, values, parent, [_file(each, place) for place, each in enumerate(said["attachments"])])
    if not allowed("web-post", user.pk, limit=MOST_AN_HOUR, seconds=AN_HOUR):
        raise Problem(429, TOO_OFTEN, headers={"Retry-After": str(AN_HOUR)})
    inbound = post_once(visit.group, user, values, raw)
    return Status(201 if inbound.state == InboundState.ARCHIVED else 202, _shown(visit, inbound))


def _raw(visit: Visit, user: User, values: dict[str, Any], parent: Message | None, files: list[UploadedFile]) -> bytes:
    """The letter. Its files pass by the same desk as those of the page, and leave nothing there."""
    problem = why_too_large([file.size or 0 for file in files])
    if not problem:
        try:
            drafts.keep(user.pk, values["once"], files)
            raw = as_letter(visit.group, user, values, parent)
        finally:
            drafts.forget(user.pk, values["once"])
        problem = why_too_large([len(raw)]) if len(raw) > settings.MAIL_SIZE_LIMIT else ""
        if not problem:
            return raw
    raise Problem(413, problem, errors=[("body.attachments", problem)])


def _file(given: dict[str, Any], place: int) -> UploadedFile:
    try:
        content = b64decode(given["content"], validate=True)
    except (NotBase64, ValueError):
        said = "This is no base64 (RFC 4648)."
        raise Problem(422, said, errors=[(f"body.attachments.{place}.content", said)]) from None
    return InMemoryUploadedFile(BytesIO(content), None, given["filename"], given["content_type"], len(content), None)


def _shown(visit: Visit, inbound: Inbound) -> dict[str, Any]:
    letter = inbound.letter
    slug = visit.group.slug
    place = f"messages/{letter.number}" if letter is not None else f"posts/{inbound.pk}"
    return {
        "id": inbound.pk,
        "state": inbound.state,
        "detail": _sentence(inbound),
        "message": letter.number if letter is not None else None,
        "href": address_of(slug, place),
    }


def _sentence(inbound: Inbound) -> str:
    """As the page that says what became of it; nobody learns what spam filters think."""
    if inbound.state in (InboundState.HELD, InboundState.REJECTED) or inbound.rule == "duplicate":
        return inbound.reason
    return SENTENCES.get(inbound.state, "It is here and safe, and will be looked at in a moment.")


SENTENCES: dict[str, str] = {
    InboundState.ARCHIVED: "It is published.",
    InboundState.DISCARDED: "It was not published.",
    InboundState.COMMAND: "It went to the owners of the group.",
}
