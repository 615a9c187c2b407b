"""Letters from <>: delivery reports and what else wants no answer (RFC 5321 §4.5.5)."""

from mail.rules.types import Action, Finding, Post, discard, hold


def check(post: Post) -> Finding | None:
    if post.content_type == "multipart/report" and post.report_type in ("delivery-status", "feedback-report"):
        return Finding(Action.BOUNCE, "A delivery report that came to the group's own address.")
    if post.envelope_from or post.signed_in:
        return None
    if post.header("from").startswith(("mailer-daemon", "postmaster")) or any(
        author.split("@")[0] in ("mailer-daemon", "postmaster") for author in post.authors
    ):
        return Finding(Action.BOUNCE, "A delivery report that came to the group's own address.")
    if post.header("x-failed-recipients"):
        return Finding(Action.BOUNCE, "A delivery report that came to the group's own address.")
    if post.header("references") or post.header("in-reply-to"):
        return discard("An answer with an empty return path: no person sends those.")
    return hold("The return path is empty, as only programs send it.")
