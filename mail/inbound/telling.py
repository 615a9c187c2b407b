"""Who is told what became of a letter. RFC 3834 decides what is never answered: backscatter is spam in our name."""

from django.db.models import Q

from common import notices
from common.notices import DAY, Outcome
from groups.models import Group, Membership, ModeratorMail, Right, Role, WaitEnd
from groups.permissions import Standing
from mail import tokens
from mail.addressing import Kind, parse_recipient, site_address
from mail.inbound.incoming import Incoming
from mail.rules import Authentication, Post, Verdict

HOUR = 3600
MOST_AN_HOUR = 20  # notices about waiting letters, to each moderator of a group
SUBJECT = 80
BEGINNING = 300
_MACHINES = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply", "owner-", "bounce")


def tell_sender(name: str, incoming: Incoming, post: Post, why: str, once_in: int = DAY) -> Outcome | str:
    """Send the author the notice "held" or "rejected", at most once a day each (or in `once_in` seconds); returns what was
    done, or why not."""
    group = incoming.inbound.group
    assert group is not None
    because = why_not(post)
    if because:
        return because
    to = sender_of(incoming, post)
    known = post.member is not None  # strangers could have us carry words of theirs to others
    subject = incoming.parsed.subject[:SUBJECT] if known else ""
    days = group.wait_days if name == "held" else 0
    context = {"group": group, "subject": subject, "why": why, "days": days, "drops": group.wait_end == WaitEnd.DROP}
    answers = "" if incoming.parsed.message_id_missing else incoming.parsed.message_id
    return notices.send(name, to, context, answers=answers, once_in=once_in, kept_apart=once_in, sender_name=group.name)


def sender_of(incoming: Incoming, post: Post) -> str:
    """The return path (RFC 3834 §4), or the address of who was signed in."""
    sender = incoming.inbound.spooled.sender
    return sender.email if sender is not None else post.envelope_from


def why_not(post: Post) -> str:
    """Why the sender gets no answer; empty where nothing speaks against one."""
    if post.signed_in:
        return ""
    because = why_no_person(post)
    if not because and is_doubtful(post.authentication):
        return "not sent: the address may be forged"
    return because


def why_no_person(post: Post) -> str:
    """What tells that no person sent this just now (RFC 3834 §2); empty where nothing does."""
    if not post.envelope_from:
        return "not sent: the return path is empty"
    if post.envelope_from.startswith(_MACHINES) or parse_recipient(post.envelope_from).kind is not Kind.NOBODY:
        return "not sent: no person reads that address"
    if post.header("auto-submitted") not in ("", "no") or post.header("precedence") in ("bulk", "junk", "list"):
        return "not sent: a machine wrote the letter"
    if post.header("list-id"):
        return "not sent: the letter came from another mailing list"
    return ""


def is_doubtful(found: Authentication) -> bool:
    return found.spf in ("fail", "softfail") or found.dmarc == "fail"


def tell_moderators(incoming: Incoming, post: Post, verdict: Verdict) -> list[Outcome]:
    """Tell owners and moderators that a letter waits for them."""
    group = incoming.inbound.group
    assert group is not None
    context = {
        "group": group,
        "author": ", ".join(post.authors) or "nobody",
        "subject": incoming.parsed.subject[:SUBJECT],
        "reason": verdict.reason,
        "beginning": _quoted(post.text[:BEGINNING]),
        "queue": f"{group.url}moderation/",
    }
    return ask_moderators("held_for_moderators", group, context, tokens.Case.LETTER, incoming.inbound.pk, Right.POSTS)


def ask_moderators(
    name: str, group: Group, context: dict[str, object], case: "tokens.Case", pk: int, right: Right
) -> list[Outcome]:
    """Send the notice to each moderator who has the right and wants to hear at once, with a token of their own: an answer by
    mail, or the link, decides."""
    outcomes = []
    for membership in moderators_of(group):
        if membership.moderator_mail != ModeratorMail.AT_ONCE or not _standing(membership).may(right):
            continue
        token = tokens.to_moderate(case, pk, membership.user_id)
        outcomes.append(
            notices.send(
                name,
                membership.mail_address,
                {**context, "link": tokens.link("moderate", token)},
                once_in=HOUR,
                limit=MOST_AN_HOUR,
                kept_apart=group.pk,
                sender_name=group.name,
                reply_to=site_address("moderate", token),
            )
        )
    return outcomes


def moderators_of(group: Group) -> list[Membership]:
    """Those who moderate, with their people fetched."""
    moderating = Membership.objects.filter(
        Q(role=Role.OWNER) | Q(role=Role.MODERATOR), group=group, user__is_active=True
    )
    return list(moderating.select_related("user").order_by("pk"))


def _standing(membership: Membership) -> Standing:
    rights = membership.rights
    return Standing(role=membership.role, given=None if rights is None else frozenset(rights))


def _quoted(text: str) -> str:
    return "\n".join(f"| {line}" for line in text.strip().splitlines()[:10])
