"""Attachments: all of a group's, and the bytes of one."""

import re

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from archive import departed
from archive.bodies import INLINE_TYPES, public_name, url_name
from archive.masking import mask_lines, mask_source
from archive.models import Attachment, Content
from archive.parsing import leaf_content
from archive.reading import Reading, reads_archive, show
from archive.rendering.tokens import bytes_without_tokens, source_without_tokens
from common.paging import page_of

ATTACHMENTS_A_PAGE = 60
# No script, no form, no navigation, nothing fetched: a hostile file may only sit there (RFC 9110 names, CSP Level 3).
FILE_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*\Z")

KINDS = {  # Attachment.kind: the beginning of the media type
    "pictures": (_("Pictures"), "image"),
    "documents": (_("Documents"), "appli"),
    "text": (_("Text"), "text/"),
    "sound": (_("Sound"), "audio"),
    "film": (_("Film"), "video"),
}


@require_safe
@reads_archive
def attachments(request: HttpRequest, reading: Reading) -> HttpResponse:
    kind = request.GET.get("kind", "")
    files = reading.attachments()
    if kind in KINDS:
        files = files.filter(kind=KINDS[kind][1])
    page = page_of(files, request.GET, field="sent_at", size=ATTACHMENTS_A_PAGE)
    kinds = [(name, words) for name, (words, _begins) in KINDS.items()]
    return show(request, reading, "attachments.html", tab="attachments", page=page, kind=kind, kinds=kinds)


@require_safe
@reads_archive
def attachment(request: HttpRequest, reading: Reading, number: int, index: int, filename: str) -> HttpResponseBase:
    """The decoded bytes. `filename` is for people; the part is found by the letter's number and its index."""
    found = reading.attachments().filter(message__number=number, index=index).first()
    return file_response(found, reading) if found is not None else departed.answer_for(request, reading, number=number)


def file_response(found: Attachment, reading: Reading) -> HttpResponseBase:
    """The bytes for this reader, with headers that let nothing in them run."""
    response = _bytes_of(found, whole=reading.sees_addresses)
    inline = found.content_type in INLINE_TYPES
    name = url_name if reading.sees_addresses else public_name
    response.headers["Content-Type"] = media_type(found.content_type)
    response.headers["Content-Disposition"] = (
        content_disposition_header(not inline, name(found.filename, found.index)) or "attachment"
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _bytes_of(found: Attachment, *, whole: bool) -> HttpResponseBase:
    """As they came; for strangers text (patches, cards, letters) with its addresses shortened, as in the letter's source."""
    if found.blob:
        path = (settings.BLOB_FOLDER / found.blob).resolve()
        if not path.is_relative_to(settings.BLOB_FOLDER.resolve()) or not path.is_file():
            raise Http404(_("The file of this attachment is missing."))
        if not found.content_type.startswith(("text/", "message/")):
            return FileResponse(path.open("rb"))
        return HttpResponse(_shown(found, path.read_bytes(), whole))
    part = leaf_content(Content.objects.only("raw").get(pk=found.message_id).raw_bytes, found.index)
    if part is None:
        raise Http404(_("The file of this attachment is missing."))
    return HttpResponse(_shown(found, part[1], whole))


def _shown(found: Attachment, content: bytes, whole: bool) -> bytes:
    """Without tokens of the house, which somebody may have passed on in a letter."""
    if found.content_type.startswith("message/"):
        content = source_without_tokens(content)
    elif found.content_type.startswith("text/"):
        content = bytes_without_tokens(content)
    return content if whole else _masked(found, content)


def _masked(found: Attachment, content: bytes) -> bytes:
    if found.content_type.startswith("message/"):
        return mask_source(content)
    return mask_lines(content) if found.content_type.startswith("text/") else content


def media_type(declared: str) -> str:
    """What the letter says it is, where that is a media type at all (RFC 6838)."""
    return declared if _MEDIA_TYPE.match(declared) else "application/octet-stream"
