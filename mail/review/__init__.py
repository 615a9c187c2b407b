"""What moderators do with letters that wait, and with letters that were reported."""

from mail.review.letters import approve, discard, expire, reject

__all__ = ["approve", "discard", "expire", "reject"]
