"""A letter of our own, made by the very code that makes all others, up to the bytes that would go to the relay: does it carry
what RFC 8058 wants, and does a signature cover it? Everything is rolled back; nothing is sent."""

import secrets
from email import message_from_bytes
from email.message import Message
from email.utils import format_datetime, make_msgid

import dkim as dkimpy
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from archive.actions.storing import store_letters
from archive.models import Message as Letter
from archive.prepare import Hints, prepare
from groups.domains.sites import Site
from groups.models import Group, Membership
from mail.delivery.post import send_on
from mail.models import Delivery
from mail.operations.selfcheck.names import public_record
from mail.operations.selfcheck.types import Finding, Light
from mail.outbox.claims import Claimed
from mail.outbox.letters import Letters
from mail.outbox.signing import Key

COVERED = ("list-unsubscribe", "list-unsubscribe-post")
TITLE = "One-click unsubscription"
GROUP = "A group that is rolled back again"


def one_click(site: Site, key: Key | None) -> Finding:
    raw = a_copy(site)
    copy = message_from_bytes(raw)
    missing = _missing(copy, site)
    if missing:
        return Finding(
            "one-click", TITLE, Light.RED, missing, "Large providers want it of everybody who sends to many."
        )
    if not copy.get("List-Unsubscribe", "").startswith("<https://"):
        why = "Set SITE_URL, or the web address of the domain, to its https:// address (RFC 8058 §3.1)."
        return Finding("one-click", TITLE, Light.AMBER, "The headers are there, but the link is not https.", why)
    if key is None:
        why = "RFC 8058 §4 wants a signature that covers them: the relay must make one, or make_dkim_key."
        return Finding("one-click", TITLE, Light.AMBER, "The headers are there; Posthouse signs nothing.", why)
    return _signed(raw, copy, key)


def _missing(copy: Message, site: Site) -> str:
    if copy.get("List-Unsubscribe-Post", "") != "List-Unsubscribe=One-Click":
        return "A copy has no List-Unsubscribe-Post: List-Unsubscribe=One-Click."
    if f"{site.url}/mail/leave/" not in copy.get("List-Unsubscribe", ""):
        return "A copy has no link of its own in List-Unsubscribe."
    return ""


def _signed(raw: bytes, copy: Message, key: Key) -> Finding:
    names = "".join(copy.get("DKIM-Signature", "").split()).lower().partition(";h=")[2].partition(";")[0].split(":")
    if not set(COVERED) <= set(names):
        return Finding("one-click", TITLE, Light.RED, "The signature does not cover List-Unsubscribe and its Post.")
    record = public_record(key).encode()
    try:
        is_good = dkimpy.verify(raw, dnsfunc=lambda name, timeout=5: record)
    except dkimpy.NaClNotFoundError:
        is_good = True  # Ed25519, which cannot be verified here
    if not is_good:
        return Finding("one-click", TITLE, Light.RED, "The signature on a copy of our own is not good.")
    said = f"A copy carries both headers, and a good signature of {key.domain} covers them."
    return Finding("one-click", TITLE, Light.GREEN, said)


def a_copy(site: Site) -> bytes:
    """The bytes of a copy as they would leave, of a post to a group of this domain that never was."""
    with transaction.atomic():
        copy = _made(site, secrets.token_hex(6))
        transaction.set_rollback(True)
    return copy


def _made(site: Site, word: str) -> bytes:
    reader = User.objects.create(email=f"self-check-reader-{word}@{site.mail_domain}", name="Self-check")
    group = Group.objects.create(slug=f"self-check-{word}", name=GROUP, domain_id=site.pk or None)
    Membership.objects.create(group=group, user=reader)
    letter = prepare(_post(group, site), Hints())
    store_letters(group, [letter])
    send_on(Letter.objects.select_related("group", "content").get(group=group))
    row = Delivery.objects.get(outgoing__group=group)
    claimed = Claimed(row.pk, row.outgoing_id, row.membership_id, row.user_id, row.address, row.domain, 0, row.due_at)
    copy = Letters().copy(claimed)
    assert copy is not None
    return copy.content


def _post(group: Group, site: Site) -> bytes:
    head = (
        f"From: Postmaster <postmaster@{site.mail_domain}>\r\nTo: {group.address}\r\nSubject: Self-check\r\n"
        f"Date: {format_datetime(timezone.now())}\r\nMessage-ID: {make_msgid('check', site.mail_domain)}\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n"
    )
    return head.encode() + b"Would this letter arrive?\r\n"
