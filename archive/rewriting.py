"""A letter with words of it blacked out, or with another text: RFC 5322 bytes in, RFC 5322 bytes out. Headers, bodies and names
of files are decoded, changed and written anew; a letter that holds none of the words stays as it was."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from email import message_from_bytes
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.header import Header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import formataddr, getaddresses
from html import escape, unescape
from html.entities import codepoint2name
from io import BytesIO

from django.utils.translation import gettext as _

from archive.parsing.words import decode_words

BLOCK = "█"
NOBODY = "blacked-out@blacked-out.invalid"
LONGEST = 2000  # characters of a passage
_ADDRESSES = frozenset({"from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to", "resent-cc"})
_IDENTIFIERS = frozenset({"message-id", "references", "in-reply-to", "content-id", "content-type", "content-disposition",
                          "content-transfer-encoding", "mime-version"})  # fmt: skip
_OF_OTHERS = frozenset({"message-id", "references", "in-reply-to", "content-id"})  # by which letters know each other
_FOREIGN = re.compile(r'[^\s"<>;=]*[^\x00-\x7f][^\s"<>;=]*(?:\s+[^\s"<>;=]*[^\x00-\x7f][^\s"<>;=]*)*')
_TAG = re.compile(r"(<[^<>]*>)")
_TAGS = r"(?:<[^<>]{0,300}>)*"
_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP
Edit = Callable[[str], str]


class Passages:
    """What is to be blacked out: found in any case, over line ends and quote marks, and in HTML through tags and entities.
    `words`: not inside of longer words."""

    def __init__(self, passages: Iterable[str], *, words: bool = False) -> None:
        self.passages = [" ".join(passage.split())[:LONGEST] for passage in passages if passage.strip()]
        gap = r"(?:\s|[>|\u00a0])+"
        texts = [gap.join(map(re.escape, passage.split())) for passage in self.passages]
        pages = [_in_html(passage) for passage in self.passages]
        if words:
            texts, pages = [rf"(?<!\w){one}(?!\w)" for one in texts], [rf"(?<!\w){one}(?!\w)" for one in pages]
        self._text = re.compile("|".join(texts) or r"(?!)", re.IGNORECASE)
        self._page = re.compile("|".join(pages) or r"(?!)", re.IGNORECASE)

    def found_in(self, text: str) -> int:
        """How often they stand in a plain text."""
        return len(self._text.findall(text))

    def found_in_html(self, page: str) -> int:
        return len(self._page.findall(page))

    def out_of(self, text: str) -> str:
        """A plain text without them."""
        return self._text.sub(lambda found: _blocks(found[0]), text)

    def out_of_html(self, page: str) -> str:
        return self._page.sub(lambda found: _blocks_between_tags(found[0]), page)


def _blocks(text: str) -> str:
    return "".join(each if each.isspace() or each in ">|" else BLOCK for each in text)


def _blocks_between_tags(page: str) -> str:
    return "".join(part if part.startswith("<") else escape(_blocks(unescape(part))) for part in _TAG.split(page))


def _in_html(passage: str) -> str:
    gap = r"(?:\s|&nbsp;|&\#160;|\u00a0|<[^<>]{0,300}>)+"
    return gap.join(_TAGS.join(map(_in_any_spelling, word)) for word in passage.split())


def _in_any_spelling(letter: str) -> str:
    code = ord(letter)
    spelled = [rf"&\#0*{code};", rf"&\#[xX]0*{code:x};"]
    if code in codepoint2name:
        spelled.append(f"&{codepoint2name[code]};")
    if letter not in "<&":
        spelled.append(re.escape(letter))
    return f"(?:{'|'.join(spelled)})"


def blacked_out(raw: bytes, passages: Passages, *, without_files: Collection[str] = ()) -> bytes:
    """The letter without the passages; of files with these names, only the names are left."""
    message = _opened(raw)
    changed = False
    for part in message.walk():
        changed |= _black_out_headers(part, passages.out_of)
        if part.get_filename() and _filename(part) in without_files:
            changed |= _empty(part)
        elif part.get_content_maintype() == "text":
            edit = passages.out_of_html if part.get_content_subtype() == "html" else passages.out_of
            changed |= _edit_text(part, edit)
        changed |= _rename(part, passages.out_of)
    return _written(message) if changed else raw


def edited(raw: bytes, *, subject: str, text: str) -> bytes:
    """The letter with another subject and text; its other headers and its files stay. Where there was HTML, there is none."""
    message = _opened(raw)
    files = [part for part in message.walk() if not part.is_multipart() and _is_file(part)]
    body = MIMEText(text if text.endswith("\n") else f"{text}\n", "plain", _UTF8)  # type: ignore[arg-type]
    whole: Message = body
    if files:
        whole = MIMEMultipart("mixed")
        for part in (body, *files):
            del part["MIME-Version"]
            whole.attach(part)
    own = [(name, value) for name, value in message.items() if not name.lower().startswith(("content-", "mime-"))]
    written = Message(policy=compat32)
    for name, value in own:
        written[name] = value
    if decode_words(str(message.get("Subject", ""))) != subject:
        del written["Subject"]
        written["Subject"] = _header(subject)
    for name, value in whole.items():
        del written[name]
        written[name] = value
    written["MIME-Version"] = written["MIME-Version"] or "1.0"
    written.set_payload(whole.get_payload())
    return _written(written)


def file_names(raw: bytes) -> list[str]:
    return [_filename(part) for part in _opened(raw).walk() if part.get_filename()]


def still_said_in(raw: bytes, passages: Passages) -> list[str]:
    """Where the passages stand yet: what cannot be written anew, as inside a file that is not text."""
    found = []
    for part in _opened(raw).walk():
        said = [(name, decode_words(str(value))) for name, value in part.items() if name.lower() not in _OF_OTHERS]
        names = [name for name, value in said if passages.found_in(value)]
        found += [_("the header %(name)s") % {"name": name} for name in names]
        if part.is_multipart():
            continue
        text = _text_of(part)
        if passages.found_in(text) or passages.found_in_html(text):
            found.append(_("the file %(name)s") % {"name": _filename(part)} if part.get_filename() else _("its text"))
    return list(dict.fromkeys(found))


def _opened(raw: bytes) -> Message:
    message = message_from_bytes(raw.replace(b"\r\n", b"\n"), policy=compat32)
    for part in message.walk():
        _set_headers(part, [(name, _in_ascii(str(value))) for name, value in part.raw_items()])
    return message


def _in_ascii(value: str) -> str:
    """A header with bytes that are not ASCII, which the standard library would not give back, as encoded words (RFC 2047)."""
    if value.isascii():
        return value
    content = value.encode("ascii", "surrogateescape")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    return _FOREIGN.sub(lambda found: Header(found[0], "utf-8", maxlinelen=10**6).encode(), text)


def _set_headers(part: Message, headers: Sequence[tuple[str, str]]) -> None:
    for name, _value in headers:
        del part[name]
    for name, value in headers:
        part[name] = value


def _written(message: Message) -> bytes:
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=compat32).flatten(message)
    return out.getvalue()


def _header(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=70).encode()


def _black_out_headers(part: Message, edit: Edit) -> bool:
    headers = part.items()
    changed: list[tuple[str, str]] = []
    for name, value in headers:
        said = " ".join(decode_words(str(value)).split())
        if name.lower() in _IDENTIFIERS or edit(said) == said:
            changed.append((name, value))
        elif name.lower() in _ADDRESSES:
            changed.append((name, _people(said, edit)))
        else:
            changed.append((name, _header(edit(said))))
    if changed == headers:
        return False
    _set_headers(part, changed)
    return True


def _people(value: str, edit: Edit) -> str:
    people = [(edit(name), address if edit(address) == address else NOBODY) for name, address in getaddresses([value])]
    return ", ".join(formataddr(person, "utf-8") for person in people)


def _charset(part: Message, content: bytes) -> str:
    for charset in (part.get_content_charset(), "utf-8", "cp1252"):
        try:
            content.decode(charset or "")
            return charset or "utf-8"
        except (LookupError, UnicodeDecodeError):
            continue
    return "latin-1"


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text_of(part: Message) -> str:
    content = _content(part)
    return content.decode(_charset(part, content), "replace")


def _edit_text(part: Message, edit: Edit) -> bool:
    text = _text_of(part)
    if edit(text) == text:
        return False
    del part["Content-Transfer-Encoding"]
    part.set_payload(edit(text), _UTF8)
    return True


def _is_file(part: Message) -> bool:
    shown = part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
    return bool(part.get_filename()) or not shown


def _filename(part: Message) -> str:
    return decode_words(part.get_filename() or "")


def _rename(part: Message, edit: Edit) -> bool:
    name = _filename(part)
    if not name or edit(name) == name:
        return False
    how = part.get_content_disposition() or "attachment"
    del part["Content-Disposition"]
    part.add_header("Content-Disposition", how, filename=("utf-8", "", edit(name)))
    if part.get_param("name"):
        part.set_param("name", edit(name), charset="utf-8")
    return True


def _empty(part: Message) -> bool:
    name = _filename(part)
    for header in ("Content-Type", "Content-Disposition", "Content-Transfer-Encoding"):
        del part[header]
    part["Content-Type"] = "application/octet-stream"
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    part.set_payload("")
    return True


def lines_of(text: str) -> Sequence[str]:
    """One passage a line, as a form gives them."""
    return [line.strip() for line in text.splitlines() if line.strip()]
