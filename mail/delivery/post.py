"""Sending an archived post on to the group: the letter as it leaves, and a delivery for each who wants it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from archive.bodies import public_name
from archive.models import Attachment, Content, Message
from archive.parsing.addresses import parse_addresses
from common.doorbell import ring
from groups.languages import first_spoken
from groups.models import Group, GroupState
from groups.models.policy import WhoPosts
from mail.delivery import ballots
from mail.delivery.fanout import fan_out
from mail.delivery.known import Known, accounts_of, known_of, refusing, seals, wants_plain_text
from mail.models import Door, Inbound, Kind, Outgoing
from mail.outbox.personal import LEAVE, MUTE, mark, with_crlf
from mail.outbox.queue import BELL, outgoing_of
from mail.rules.types import Authentication
from mail.transforms import GroupShape, shape
from mail.transforms.fields import Fields, split
from mail.transforms.filtering import words_of
from mail.transforms.plain import as_plain_text, is_plain

LEAVE_PATH = "/mail/leave/{token}/"
MUTE_PATH = "/mail/mute/{token}/"
_GUARDED = frozenset({"quarantine", "reject"})


def send_on(message: Message, inbound: Inbound | None = None) -> int:
    """Queue the post for its group, in the caller's transaction. Returns how many copies will leave."""
    return send_all_on([(message, inbound)])


def send_all_on(posts: Sequence[tuple[Message, Inbound | None]]) -> int:
    """Queue posts of one group. Returns how many copies will leave: none of a group that is retired, where a moderator
    decided about what had waited."""
    posts = [(message, inbound) for message, inbound in posts if message.group.state != GroupState.RETIRED]
    if not posts:
        return 0
    known = known_of([message for message, _ in posts])
    leaving = [_leaving(message, inbound, known) for message, inbound in posts]
    Outgoing.objects.bulk_create([letter for each in leaving for letter in each.letters])
    copies = sum(
        fan_out(
            each.message,
            each.whole,
            authors=each.authors,
            addressed=each.addressed,
            variants=each.variants,
            plain=each.plain,
        )
        for each in leaving
    )
    ring(BELL)
    return copies


@dataclass(frozen=True, slots=True)
class Leaving:
    """A post on its way out: the letter for most, those for members who want large attachments as links, and the one for those
    who want plain text."""

    message: Message
    whole: Outgoing
    variants: Mapping[int, Outgoing]
    plain: Outgoing | None
    authors: Collection[int]
    addressed: Collection[str]

    @property
    def letters(self) -> list[Outgoing]:
        all_of_them = (self.whole, *self.variants.values(), *([self.plain] if self.plain else []))
        return list({id(letter): letter for letter in all_of_them}.values())


def _leaving(message: Message, inbound: Inbound | None, known: Known) -> Leaving:
    raw = inbound.spooled.raw_bytes if inbound is not None else message.content.raw_bytes
    about = _shape_fields(message, inbound, known.refusing)
    if message.group.as_plain_text:
        raw, about = _in_plain_text(message, raw, known.files.get(message.pk, ())), {**about, "is_from_web": True}
    template = shape(raw, GroupShape(**about))
    whole = _outgoing(message, template)
    fields, _ = split(with_crlf(raw))
    return Leaving(
        message,
        whole,
        _variants(message, raw, about, whole, template, known),
        _as_plain(message, raw, about, known),
        known.authors(message.from_address, inbound.spooled.sender_id if inbound is not None else None),
        addressed_in(fields),
    )


def template_of(message: Message, inbound: Inbound | None = None) -> bytes:
    """The letter as it left, or would have left."""
    domain = message.from_address.rpartition("@")[2].lower()
    about, raw = _shape_fields(message, inbound, refusing([domain])), message.content.raw_bytes
    if message.group.as_plain_text:
        raw, about = _in_plain_text(message, raw, list(message.attachments.all())), {**about, "is_from_web": True}
    return shape(raw, GroupShape(**about))


def _outgoing(message: Message, template: bytes) -> Outgoing:
    return outgoing_of(
        Kind.POST,
        template,
        group=message.group,
        letter=message,
        message_id=message.message_id,
        subject=message.subject,
        queued_at=timezone.now(),  # in one transaction with its deliveries
    )


def group_shape(group: Group, message: Message | None = None, **more: Any) -> GroupShape:
    """What the group wants of its letters; of a digest or notice too, where no message is given."""
    return GroupShape(**{**_of_group(group), **(_of_letter(message) if message else {}), **more})


def _of_group(group: Group) -> dict[str, Any]:
    site = group.site
    return {
        "name": group.name,
        "slug": group.slug,
        "domain": site.mail_domain,
        "group_url": site.absolute(group.get_absolute_url()),
        "archive_url": site.absolute(reverse("topics", args=[group.slug])),
        "leave_url": site.absolute(LEAVE_PATH.format(token=mark(LEAVE))),
        "settings_url": site.absolute(reverse("membership", args=[group.slug])),
        "subject_tag": group.subject_tag,
        "header_text": group.header_text,
        "tag_first": group.tag_first,
        "footer_text": group.footer_text,
        "language": first_spoken(group.language),
        "footer_html": group.footer_html,
        "reply_to": group.reply_to,
        "reply_to_address": group.reply_to_address,
        "removed_files": words_of(group.removed_files),
        "author_policy": group.author_policy,
        "is_closed": group.posting == WhoPosts.MODERATORS,
    }


def _of_letter(message: Message) -> dict[str, Any]:
    return {
        "letter_url": message.group.site.url + reverse("message", args=[message.group.slug, message.number]),
        "mute_url": message.group.site.url + MUTE_PATH.format(token=mark(MUTE)),
        "message_id": message.message_id,
        "number": message.number,
    }


def _shape_fields(message: Message, inbound: Inbound | None, refusing: Collection[str]) -> dict[str, Any]:
    found = _authentication(inbound)
    domain = message.from_address.rpartition("@")[2].lower()
    is_sealed = found.was_received and seals(message.group.site.mail_domain)
    return {
        **_of_group(message.group),
        **_of_letter(message),
        "author_guarded": _is_guarded(domain, found, refusing),
        "is_from_web": inbound is not None and inbound.spooled.door == Door.WEB,
        "arc_results": results_of(found, message.from_address) if is_sealed else "",
        **ballots.of_letter(message),
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
    domain = author.rpartition("@")[2].lower()
    return _is_guarded(domain, found, refusing([domain]))


def _is_guarded(domain: str, found: Authentication, refusing: Collection[str]) -> bool:
    """What operators say of a domain counts more than what it publishes."""
    if _is_among(domain, settings.DMARC_OWN_DOMAINS):
        return False
    return found.policy in _GUARDED or domain in refusing or _is_among(domain, settings.DMARC_GUARDED_DOMAINS)


def _is_among(domain: str, listed: Iterable[str]) -> bool:
    """Itself, or below one of them."""
    return any(domain == each.lower() or domain.endswith(f".{each.lower()}") for each in listed)


def authors_of(message: Message, inbound: Inbound | None) -> set[int]:
    """Accounts the post is by: whose address it is from, and who was signed in where it was written on the web."""
    signed_in = inbound.spooled.sender_id if inbound is not None else None
    known = accounts_of([message.from_address.lower()]) if message.from_address else {}
    return {*known.get(message.from_address.lower(), ()), *([signed_in] if signed_in else [])}


def addressed_in(fields: Fields) -> set[str]:
    named = [each for name in ("to", "cc") for value in fields.all_raw(name) for each in parse_addresses(value)]
    return {each.address.lower() for each in named if each.address}


def _variants(
    message: Message, raw: bytes, about: dict[str, Any], whole: Outgoing, template: bytes, known: Known
) -> dict[int, Outgoing]:
    """limit in KB -> the letter for members who set it, one for all limits that leave the same attachments in it."""
    files = known.files.get(message.pk, ())
    made: dict[frozenset[int], Outgoing] = {}
    variants: dict[int, Outgoing] = {}
    for limit in known.limits:
        large = [file for file in files if file.size > limit * 1024]
        kept = frozenset(file.pk for file in large)
        if large and kept not in made:
            linked = shape(raw, GroupShape(**{**about, "links": _links(message, large)}))
            made[kept] = whole if linked == template else _outgoing(message, linked)
        if large:
            variants[limit] = made[kept]
    return variants


def _as_plain(message: Message, raw: bytes, about: dict[str, Any], known: Known) -> Outgoing | None:
    """None where the letter is plain as it is, or nobody wants it so. Nothing the author signed is left in it."""
    if (is_plain(raw) and not message.attachment_count) or not wants_plain_text(message.group_id):
        return None
    letter = _in_plain_text(message, raw, known.files.get(message.pk, ()))
    return _outgoing(message, shape(letter, GroupShape(**{**about, "is_from_web": True})))


def _in_plain_text(message: Message, raw: bytes, files: Sequence[Attachment]) -> bytes:
    """The letter itself where it is no more than plain text."""
    if is_plain(raw) and not files:
        return raw
    links = {public_name(file.filename, file.index): url for file, url in _urls(message, files)}
    return as_plain_text(raw, Content.objects.values_list("text", flat=True).get(pk=message.pk), links)


def _links(message: Message, files: Sequence[Attachment]) -> dict[str, str]:
    return {file.sha256: url for file, url in _urls(message, files)}


def _urls(message: Message, files: Sequence[Attachment]) -> Iterator[tuple[Attachment, str]]:
    for file in files:
        name = public_name(file.filename, file.index)
        yield (
            file,
            message.group.site.url + reverse("attachment", args=[message.group.slug, message.number, file.index, name]),
        )
