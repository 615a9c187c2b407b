"""Answers that no person wrote: vacation notes, receipts, responders (RFC 3834)."""

from mail.rules.absences import begins_as_a_program, tells_absence
from mail.rules.types import Finding, Post, discard, hold, quarantine

_MARKS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
    "x-vacation",
    "x-fc-machinegenerated",
)


def check(post: Post) -> Finding | None:
    if post.signed_in:
        return None
    submitted = post.header("auto-submitted").split(";")[0].split("(")[0].strip()
    if submitted in ("auto-replied", "auto-notified"):
        return discard(f"An automatic answer (Auto-Submitted: {submitted}).")
    if any(post.header(name) not in ("", "no") for name in _MARKS):
        return discard("An automatic answer, by its headers.")
    precedence = post.header("precedence")
    if precedence in ("junk", "auto_reply", "auto-reply"):
        return discard(f"An automatic answer (Precedence: {precedence}).")
    if post.content_type == "multipart/report" and post.report_type == "disposition-notification":
        return discard("A receipt that a letter was read.")
    suspicious = (
        submitted not in ("", "no") or precedence in ("bulk", "list") or bool(post.header("x-auto-response-suppress"))
    )
    if suspicious:
        return _suspected(post, submitted, precedence)
    if begins_as_a_program(post.subject) and not post.never_waits:
        return quarantine("Its subject is that of an automatic answer.")
    return None


def _suspected(post: Post, submitted: str, precedence: str) -> Finding | None:
    """Machines write to lists for good reasons too (builds, commits, newsletters): only a subject like a vacation note's
    tips the balance."""
    if tells_absence(post.subject):
        return discard("An automatic answer: its headers say a machine sent it, its subject that somebody is away.")
    if post.never_waits:
        return None
    if submitted not in ("", "no"):
        return hold(f"A machine wrote it (Auto-Submitted: {submitted}).")
    if precedence == "bulk" and not post.header("list-id"):
        return hold("Sent in bulk (Precedence: bulk), and not by another mailing list.")
    return None
