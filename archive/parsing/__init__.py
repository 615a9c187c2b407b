"""Reading the mail of the world: bytes in, plain values out. Pure, never raises, never recurses on what strangers
send."""

from archive.parsing.headers import header_values, split_headers
from archive.parsing.identity import content_hash, message_ids
from archive.parsing.message import leaf_content, parse_message
from archive.parsing.subjects import base_subject
from archive.parsing.types import Address, AttachmentPart, BodyPart, DateSource, ParsedMessage

__all__ = [
    "Address",
    "AttachmentPart",
    "BodyPart",
    "DateSource",
    "ParsedMessage",
    "base_subject",
    "content_hash",
    "header_values",
    "leaf_content",
    "message_ids",
    "parse_message",
    "split_headers",
]
