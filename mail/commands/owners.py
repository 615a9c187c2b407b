"""group+owner@: a letter to the people who run the group, passed on to each as it came.

Its text and the author's signature stay untouched, so an answer goes to the author. Only where the author's domain would have
the copy refused (DMARC) From becomes ours, and Reply-To the author.
"""

from dataclasses import replace

from groups.models import OwnersHear
from mail.addressing import list_address
from mail.commands.asker import Asker
from mail.delivery.post import group_shape, is_guarded
from mail.inbound.dispatch import REPORT
from mail.inbound.posts import Outcome
from mail.inbound.reports import take_returned
from mail.inbound.telling import moderators_of
from mail.models import Inbound, Kind
from mail.outbox.personal import with_crlf, without_nuls
from mail.outbox.queue import queue_letter
from mail.rules import Action, Authentication, Post, auto_reply, banned, empty_return_path, loop, spam
from mail.rules.types import Finding
from mail.transforms import GroupShape
from mail.transforms.authors import answer_to, author_of, replace_author
from mail.transforms.fields import CRLF, Fields, split

LOOP = "X-Posthouse-Loop"
_WAY_HERE = frozenset({"return-path", "delivered-to", "x-original-to", "envelope-to", "bcc"})


def forward(asker: Asker) -> Outcome:
    """Pass it on, unless no person sent it, it went through here before, or its author is banned."""
    owner = list_address(asker.group, "owner")
    refusal = _refusal(asker.post, owner)
    if refusal is not None and refusal.action is Action.BOUNCE:
        return take_returned(asker.incoming, REPORT)
    if refusal is not None:
        return asker.ignored(refusal.reason)
    if asker.group.owners_hear == OwnersHear.MEMBERS and asker.membership is None:
        asker.answer_stranger("owners_for_members")
        return asker.ignored("Only members write to the owners of this group.")
    people = [(each.mail_address, each.user_id) for each in moderators_of(asker.group)]
    people = [(address, user) for address, user in people if address.lower() != owner]
    if not people:
        return asker.done("The group has nobody who runs it.")
    queue_letter(
        Kind.FORWARD,
        _letter(asker, owner),
        people,
        group=asker.group,
        message_id=asker.incoming.letter.message_id,
        subject=asker.subject,
    )
    return asker.done(f"Passed on to {len(people)} who run the group.")


def _refusal(post: Post, owner: str) -> Finding | None:
    """What the rules say that drop a letter whoever it is for. What they would hold is passed on: it is moderators who read."""
    post = replace(post, group=replace(post.group, address=owner))
    for check in (loop.check, auto_reply.check, empty_return_path.check, banned.check, spam.check_certain):
        finding = check(post)
        if finding is not None and (finding.action is not Action.HOLD or not post.envelope_from):
            return finding
    return None


def _letter(asker: Asker, owner: str) -> bytes:
    fields, body = split(without_nuls(with_crlf(asker.incoming.raw)))
    fields.remove(_WAY_HERE)
    if _would_be_refused(asker.incoming.inbound, asker.author):
        _in_our_name(fields, group_shape(asker.group))
    fields.put_first(LOOP, owner)
    return bytes(fields) + CRLF + body


def _would_be_refused(inbound: Inbound, author: str) -> bool:
    """A signature that held when it came in holds still: nothing it covers is changed."""
    found = inbound.spooled.authentication or {}
    domain = author.rpartition("@")[2]
    signed = any(result == "pass" and _aligned(signer, domain) for signer, result in found.get("dkim", ()))
    return not signed and is_guarded(author, Authentication.from_json(found))


def _aligned(signer: str, domain: str) -> bool:
    return bool(signer) and (domain == signer or domain.endswith(f".{signer}"))


def _in_our_name(fields: Fields, shape: GroupShape) -> None:
    author = author_of(fields)
    had_reply_to = "reply-to" in fields
    replace_author(fields, shape)
    fields.remove({"dkim-signature"})
    if not had_reply_to:
        answer_to(fields, replace(shape, reply_to="sender", author_policy="always"), author)
