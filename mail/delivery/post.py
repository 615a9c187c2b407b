"""Sending an archived post on to the group: the letter as it leaves, and a delivery for each who wants it."""

import re
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.urls import reverse

from accounts.models import User
from archive.bodies import public_name
from archive.models import Attachment, Message
from archive.parsing.addresses import parse_addresses
from groups.models import Group, GroupState, Membership
from groups.models.policy import WhoPosts
from mail.delivery.fanout import fan_out
from mail.models import Inbound, Kind, Outgoing, SeenDomain, SigningKey
from mail.outbox.personal import LEAVE, MUTE, mark, with_crlf
from mail.outbox.queue import make_outgoing, queued
from mail.rules.types import Authentication
from mail.transforms import GroupShape, shape
from mail.transforms.fields import Fields, split

LEAVE_PATH = "/mail/leave/{token}/"
MUTE_PATH = "/mail/mute/{token}/"
_GUARDED = frozenset({"quarantine", "reject"})


def send_on(message: Message, inbound: Inbound | None = None) -> int:
    """Queue the post for its group, in the caller's transaction. Returns how many copies will leave: none of a group that is
    retired, where a moderator decided about what had waited."""
    if message.group.state == GroupState.RETIRED:
        return 0
    raw = inbound.spooled.raw_bytes if inbound is not None else message.content.raw_bytes
    fields, _ = split(with_crlf(raw))
    about = _shape_fields(message, _authentication(inbound))
    outgoing = _outgoing(message, shape(raw, GroupShape(**about)))
    variants = _variants(message, raw, about, outgoing)
    count = fan_out(
        message,
        outgoing,
        authors=authors_of(message, inbound),
        addressed=addressed_in(fields),
        variants=variants,
    )
    for each in {outgoing.pk: outgoing, **{variant.pk: variant for variant in variants.values()}}.values():
        queued(each)
    return count


def template_of(message: Message, inbound: Inbound | None = None) -> bytes:
    """The letter as it left, or would have left."""
    about = _shape_fields(message, _authentication(inbound))
    return shape(message.content.raw_bytes, GroupShape(**about))


def _outgoing(message: Message, template: bytes) -> Outgoing:
    return make_outgoing(
        Kind.POST,
        template,
        group=message.group,
        letter=message,
        message_id=message.message_id,
        subject=message.subject,
    )


def group_shape(group: Group, message: Message | None = None, **more: Any) -> GroupShape:
    """What the group wants of its letters; of a digest or notice too, where no message is given."""
    return GroupShape(**{**_of_group(group), **(_of_letter(message) if message else {}), **more})


def _of_group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "slug": group.slug,
        "domain": settings.MAIL_DOMAIN,
        "group_url": settings.SITE_URL + group.get_absolute_url(),
        "archive_url": settings.SITE_URL + reverse("topics", args=[group.slug]),
        "leave_url": settings.SITE_URL + LEAVE_PATH.format(token=mark(LEAVE)),
        "settings_url": settings.SITE_URL + reverse("membership", args=[group.slug]),
        "subject_tag": group.subject_tag,
        "header_text": group.header_text,
        "footer_text": group.footer_text,
        "reply_to": group.reply_to,
        "author_policy": group.author_policy,
        "is_closed": group.posting == WhoPosts.MODERATORS,
    }


def _of_letter(message: Message) -> dict[str, Any]:
    return {
        "letter_url": settings.SITE_URL + reverse("message", args=[message.group.slug, message.number]),
        "mute_url": settings.SITE_URL + MUTE_PATH.format(token=mark(MUTE)),
        "message_id": message.message_id,
    }


def _shape_fields(message: Message, found: Authentication) -> dict[str, Any]:
    return {
        **_of_group(message.group),
        **_of_letter(message),
        "author_guarded": is_guarded(message.from_address, found),
        "arc_results": results_of(found, message.from_address) if found.was_received and _seals() else "",
    }


def _authentication(inbound: Inbound | None) -> Authentication:
    stored = inbound.spooled.authentication if inbound is not None else None
    return Authentication.from_json(stored) if stored else Authentication()


def results_of(found: Authentication, author: str) -> str:
    """What was found at receipt, as RFC 8601 writes it: for the ARC set of the copies (RFC 8617 §4.1.1)."""
    results = [f"spf={found.spf}" + (f" smtp.mailfrom={_plain(found.spf_domain)}" if found.spf_domain else "")]
    results += [f"dkim={result} header.d={_plain(domain)}" for domain, result in found.dkim if domain]
    results.append(f"dmarc={found.dmarc} header.from={_plain(author.rpartition('@')[2]) or 'unknown'}")
    return ";\r\n ".join([*results, f"arc={found.arc}"])


def _plain(domain: str) -> str:
    """What a stranger wrote, fit for a header."""
    return re.sub(r"[^A-Za-z0-9.-]", "", domain)[:255]


def is_guarded(author: str, found: Authentication) -> bool:
    """Whether others must not send in the author's name: their domain publishes so, or was seen to have copies refused."""
    if found.policy in _GUARDED:
        return True
    return SeenDomain.objects.filter(domain=author.rpartition("@")[2].lower()).exists()


def _seals() -> bool:
    return SigningKey.objects.filter(domain=settings.MAIL_DOMAIN, active=True).exists()


def authors_of(message: Message, inbound: Inbound | None) -> set[int]:
    """Accounts the post is by: whose address it is from, and who was signed in where it was written on the web."""
    address = message.from_address
    found = set(User.objects.filter(email__iexact=address).values_list("pk", flat=True)) if address else set()
    if address:
        verified = EmailAddress.objects.filter(email__iexact=address, verified=True)
        found |= set(verified.values_list("user_id", flat=True))
    if inbound is not None and inbound.spooled.sender_id:
        found.add(inbound.spooled.sender_id)
    return found


def addressed_in(fields: Fields) -> set[str]:
    named = [each for name in ("to", "cc") for value in fields.all_raw(name) for each in parse_addresses(value)]
    return {each.address.lower() for each in named if each.address}


def _variants(message: Message, raw: bytes, about: dict[str, Any], whole: Outgoing) -> dict[int, Outgoing]:
    """limit in KB -> the letter for members who set it, one for all limits that leave the same attachments in it."""
    files = list(Attachment.objects.filter(message=message, blob=""))
    if not files:
        return {}
    largest = max(file.size for file in files)
    limits = (
        Membership.objects.filter(group_id=message.group_id, attachments_kb__lt=-(-largest // 1024))
        .values_list("attachments_kb", flat=True)
        .distinct()
    )
    made: dict[frozenset[int], Outgoing] = {}
    variants: dict[int, Outgoing] = {}
    for limit in limits:
        large = [file for file in files if file.size > (limit or 0) * 1024]
        kept = frozenset(file.pk for file in large)
        if large and kept not in made:
            template = shape(raw, GroupShape(**{**about, "links": _links(message, large)}))
            made[kept] = whole if template == whole.template_bytes else _outgoing(message, template)
        if large:
            variants[limit or 0] = made[kept]
    return variants


def _links(message: Message, files: list[Attachment]) -> dict[str, str]:
    return {
        file.sha256: settings.SITE_URL
        + reverse(
            "attachment",
            args=[message.group.slug, message.number, file.index, public_name(file.filename, file.index)],
        )
        for file in files
    }
