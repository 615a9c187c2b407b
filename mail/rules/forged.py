"""Addresses that are not the sender's own: what SPF, DKIM and DMARC say (RFC 7489 §6.6). Comes before whatever trusts an
address, so that a moderator's name in From opens no door."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    found = post.authentication
    if post.signed_in or not post.authors:
        return None
    if found.forged:
        chain = " A forwarder vouches for it (ARC)." if found.arc == "pass" else ""
        return hold(
            f"The author's address is probably forged: {found.dmarc_domain} asks to {found.policy} letters like this one.{chain}"
        )
    if post.never_waits and found.unsupported:
        return hold(
            f"It claims to come from {post.authors[0]}, who never waits, but neither SPF nor DKIM bears that out."
        )
    return None
