"""What an element of HTML mail is, by the names that mail programs give it: a quote, a signature, the head of a quoted letter."""

from collections.abc import Mapping
from enum import Enum, auto

from archive.rendering.styles import Style


class Role(Enum):
    """QUOTE: quoted text, which answers may follow. HEAD: the quoted letter begins here and ends with the mail. SIGNATURE."""

    NONE = auto()
    QUOTE = auto()
    HEAD = auto()
    SIGNATURE = auto()


_SIGNATURES = frozenset(
    {
    "gmail_signature", "moz-signature", "signature", "applemailsignature", "applemailsignatureatbeginning",
    "ms-outlook-mobile-signature", "tutanota_signature", "protonmail_signature_block",
    "protonmail_signature_block-user", "front-signature", "yahoo-signature", "ymail_android_signature",
    "ymail_ios_signature", "mail_android_signature", "messagesignaturesection", "__sig_post__", "__sig_pre__",
    "mobile-signature", "_mail_signature", "k9-signature", "elm-signature", "iphonesignature", "sig",
    "composer-signature",
}
)  # fmt: skip
# Elements of any name that hold quoted text. Gmail's and Proton's outer <div> is not among them: answers may stand inside it.
_QUOTES = frozenset(
    {
    "yahoo_quoted", "zmail_extra", "tutanota_quote", "freebirdquote", "messagereplysection", "__quoted_text__",
    "olk_src_body_section", "mail-editor-reference-message-container", "wlmailreply", "quotedtext",
    "quoted-text", "mail_quote", "bloop_original_html", "msg_reply_quote",
}
)  # fmt: skip
_BLOCKQUOTES = frozenset(
    {"gmail_quote", "protonmail_quote", "cite", "moz-quote", "mailquote", "quote", "replied", "iosymail", "mail-quote"}
)
_HEADS = frozenset(
    {"divrplyfwdmsg", "outlookmessageheader", "reply-intro", "mailreplyheader", "originalmessage", "stopspelling"}
)
_FORWARDS = frozenset({"isforwardcontent", "moz-forward-container", "moz-email-headers-table", "forwarded-message"})

_NAMING = ("class", "id", "name", "data-marker", "data-smartmail", "type")


def role_of(tag: str, attributes: Mapping[str, str], style: Style) -> Role:
    """The role of an element. attributes: as nh3 left them."""
    names = names_of(attributes)
    if names & _FORWARDS:
        return Role.NONE
    if names & _SIGNATURES:
        return Role.SIGNATURE
    if names & _QUOTES or (tag == "blockquote" and ("cite" in attributes or names & _BLOCKQUOTES)):
        return Role.QUOTE
    if names & _HEADS or style.divides:
        return Role.HEAD
    return Role.NONE


def names_of(attributes: Mapping[str, str]) -> set[str]:
    """Class names, id and the like in small letters; Outlook on the web puts "x_" before those of a letter it quotes."""
    names = " ".join(attributes[key] for key in _NAMING if key in attributes).lower()
    return {name.removeprefix("x_") for name in names[:500].split()} if names else set()
