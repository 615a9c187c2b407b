"""The door for mail providers that post letters by HTTP: POST /hooks/mail/, signed with MAIL_HOOK_SECRET.

Two forms. Ours: the letter as body, the envelope and the signature in headers. Mailgun's and SendGrid's: a form whose fields
hold letter and envelope; signed like ours, or in Mailgun's way. docs/operations.md shows both.
"""

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mail.inbound import spool
from mail.inbound.receiving import Receiver, Taken
from mail.models import Door

WINDOW = 300  # seconds that a signature is good for, in either direction
RAW_FIELDS = ("body-mime", "email", "message")  # Mailgun, SendGrid, others
FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
UNKNOWN_ADDRESS = 406  # Mailgun takes 406 as final and tries everything else again
RECEIVER = Receiver()


class Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True)
class Delivered:
    raw: bytes
    sender: str
    recipients: list[str]
    key: str  # the same again is the same letter


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> JsonResponse:
    """2xx once the letter is safe: 200 in the database, 202 on the disk."""
    try:
        taken = _take(request)
    except Refused as refusal:
        return JsonResponse({"reason": str(refusal)}, status=refusal.status)
    return JsonResponse({"accepted": taken.value}, status=200 if taken is Taken.COMMITTED else 202)


def _take(request: HttpRequest) -> Taken:
    if not settings.MAIL_HOOK_SECRET:
        raise Refused(404, "This door is closed: MAIL_HOOK_SECRET is not set.")
    body = _read(request)
    delivered = _form(request, body) if request.content_type in FORMS else _plain(request, body)
    if not delivered.raw or not delivered.recipients:
        raise Refused(400, "The letter or its recipient is missing.")
    if not any(RECEIVER.knows(recipient) for recipient in delivered.recipients):
        raise Refused(UNKNOWN_ADDRESS, f"There is no such address here: {', '.join(delivered.recipients)}.")
    (taken,) = RECEIVER.take(
        [spool.Letter(delivered.raw, delivered.sender, delivered.recipients, Door.HOOK, key=delivered.key)]
    )
    if taken is Taken.REFUSED:
        raise Refused(503, "The letter cannot be stored just now, please try again.")
    if taken is Taken.COMMITTED:
        spool.ring()
    return taken


def _read(request: HttpRequest) -> bytes:
    """Past Django's own limit, which is about forms that people fill in."""
    body: bytes = request.read(settings.MAIL_SIZE_LIMIT + 1)
    if len(body) > settings.MAIL_SIZE_LIMIT:
        raise Refused(413, "The letter is larger than this server takes.")
    return body


def _plain(request: HttpRequest, body: bytes) -> Delivered:
    sender = request.headers.get("X-Envelope-From", "")
    recipients = request.headers.get("X-Envelope-To", "")
    _check_signature(request, sender, recipients, body)
    return Delivered(body, _address(sender), _split(recipients), _key(sender, recipients, body))


def _form(request: HttpRequest, body: bytes) -> Delivered:
    """Signed as a whole in headers, or by Mailgun in the form itself."""
    if "X-Posthouse-Signature" in request.headers:
        _check_signature(request, "", "", body)
        fields = _fields(request, body)
        key = _key("", "", body)
    else:
        fields = _fields(request, body)
        key = _check_mailgun(fields)
    raw = next((fields[name] for name in RAW_FIELDS if fields.get(name)), b"")
    sender, recipients = _envelope(fields)
    return Delivered(raw, _address(sender), recipients, key)


def _check_signature(request: HttpRequest, sender: str, recipients: str, body: bytes) -> None:
    """HMAC-SHA256 over timestamp, sender and recipients, a line each, and the body."""
    timestamp = request.headers.get("X-Posthouse-Timestamp", "")
    head = f"{timestamp}\n{sender}\n{recipients}\n".encode("utf-8", "replace")
    _check(timestamp, request.headers.get("X-Posthouse-Signature", ""), head + body)


def _check_mailgun(fields: Mapping[str, bytes]) -> str:
    """Mailgun signs timestamp and token, not the letter: so that a token may bring only one."""
    timestamp, token = fields.get("timestamp", b""), fields.get("token", b"")
    _check(
        timestamp.decode("utf-8", "replace"), fields.get("signature", b"").decode("utf-8", "replace"), timestamp + token
    )
    return f"hook:{sha256(token).hexdigest()}"


def _check(timestamp: str, signature: str, signed: bytes) -> None:
    right = hmac.new(settings.MAIL_HOOK_SECRET.encode(), signed, sha256).hexdigest()
    given = signature.removeprefix("sha256=").strip().lower()
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise Refused(401, "The signature is missing or wrong.")
    if not timestamp.isascii() or not timestamp.isdigit() or abs(time.time() - int(timestamp[:12])) > WINDOW:
        raise Refused(401, f"The timestamp is not within {WINDOW} seconds of now.")


def _key(sender: str, recipients: str, body: bytes) -> str:
    return "hook:" + sha256(f"{sender}\n{recipients}\n".encode("utf-8", "replace") + body).hexdigest()


def _fields(request: HttpRequest, body: bytes) -> dict[str, bytes]:
    """Fields and files of the form as octets: read as Latin-1 none is lost."""
    try:
        if request.content_type == "multipart/form-data":
            handlers = [MemoryFileUploadHandler(request)]
            handlers[0].activated = True
            form, files = MultiPartParser(request.META, BytesIO(body), handlers, "latin-1").parse()
        else:
            form, files = QueryDict(body, encoding="latin-1"), MultiValueDict()
    except RequestDataTooBig:
        raise Refused(413, "The form is larger than this server takes.") from None
    except (MultiPartParserError, SuspiciousOperation, ValueError):
        raise Refused(400, "The form cannot be read.") from None
    found = {name: str(value).encode("latin-1", "replace") for name, value in form.items()}
    return found | {name: file.read() for name, file in files.dict().items() if isinstance(file, UploadedFile)}


def _envelope(fields: Mapping[str, bytes]) -> tuple[str, list[str]]:
    """Sender and recipients: in fields of these names, or as SendGrid's JSON."""
    text = {name: fields.get(name, b"").decode("utf-8", "replace") for name in ("sender", "recipient", "envelope")}
    if not text["envelope"]:
        return text["sender"], _split(text["recipient"])
    try:
        envelope = json.loads(text["envelope"])
        return str(envelope["from"]), [_address(str(address)) for address in envelope["to"]]
    except (ValueError, KeyError, TypeError):
        raise Refused(400, "The envelope is not JSON with from and to.") from None


def _split(recipients: str) -> list[str]:
    return [_address(word) for word in recipients.split(",") if word.strip()]


def _address(text: str) -> str:
    return text.strip().removeprefix("<").removesuffix(">")
