"""Letters from <>: delivery reports and what else wants no answer (RFC 5321 §4.5.5)."""

from mail.rules.types import Action, Finding, Post, discard, hold

_PROGRAMS = ("mailer-daemon", "mailerdaemon")  # nobody's address: whatever the return path says
_SERVERS = (*_PROGRAMS, "postmaster", "microsoftexchange")
REPORT = Finding(Action.BOUNCE, "A delivery report that came to the group's own address.")


def check(post: Post) -> Finding | None:
    if post.content_type == "multipart/report" and post.report_type in ("delivery-status", "feedback-report"):
        return REPORT
    if any(author.startswith(_PROGRAMS) for author in post.authors):
        return REPORT
    if post.envelope_from or post.signed_in:
        return None
    if post.header("from").startswith(_SERVERS) or any(author.startswith(_SERVERS) for author in post.authors):
        return REPORT
    if post.header("x-failed-recipients"):
        return REPORT
    if post.header("references") or post.header("in-reply-to"):
        return discard("An answer with an empty return path: no person sends those.")
    return hold("The return path is empty, as only programs send it.")
