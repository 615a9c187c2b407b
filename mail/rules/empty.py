"""Nothing in it: no words, no files."""

from mail.rules.types import Finding, Post, hold


def check(post: Post) -> Finding | None:
    if post.text.strip() or post.attachments:
        return None
    if post.quoted.strip():
        return hold(
            "It holds nothing but a quote.", "Your letter holds nothing but a quote; was something to stand above it?"
        )
    return hold("It is empty.", "Your letter came without any words.")
