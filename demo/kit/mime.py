"""Encodes finished words and files as MIME (RFC 2045-2047, 2231, 3676), written out by hand so that it never changes."""

import base64
import binascii
import quopri
from dataclasses import dataclass, field

TYPES = {
    "jpg": "image/jpeg", "png": "image/png", "pdf": "application/pdf", "zip": "application/zip", "ics": "text/calendar",
    "csv": "text/csv", "txt": "text/plain", "patch": "text/x-patch", "diff": "text/x-diff", "mid": "audio/midi", "log": "text/plain",
    "html": "text/html", "gpx": "application/gpx+xml", "vcf": "text/vcard",
}  # fmt: skip
ATOM = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~ ")


@dataclass
class Part:
    """A MIME entity: its own headers, and either content or children."""

    headers: list[tuple[str, str]]
    content: bytes = b""
    children: list["Part"] = field(default_factory=list)
    boundary: str = ""
    preamble: str = ""

    def as_bytes(self) -> bytes:
        head = b"".join(f"{name}: {value}\n".encode("utf-8", "surrogateescape") for name, value in self.headers)
        return head + b"\n" + self.body()

    def body(self) -> bytes:
        if not self.children:
            return self.content
        mark = b"--" + self.boundary.encode()
        out = f"{self.preamble}\n".encode() if self.preamble else b""
        for child in self.children:
            out += mark + b"\n" + child.as_bytes().rstrip(b"\n") + b"\n\n"
        return out.removesuffix(b"\n") + mark + b"--\n"


def word(text: str, charset: str, quoted_printable: bool = False) -> str:
    """Return header text as encoded words (RFC 2047) of at most 75 characters, folded; ASCII comes back as it is."""
    if text.isascii():
        return text
    if not _fits(text, charset):
        charset = "utf-8"
    chunks = [""]
    for letter in text:
        if len(_encoded_word(chunks[-1] + letter, charset, quoted_printable)) > 75:
            chunks.append("")
        chunks[-1] += letter
    return "\n ".join(_encoded_word(chunk, charset, quoted_printable) for chunk in chunks)


def _fits(text: str, charset: str) -> bool:
    try:
        text.encode(codec(charset))
    except UnicodeEncodeError:
        return False
    return True


def codec(charset: str) -> str:
    """Python's name of a charset as mail programs label it."""
    return {"iso-8859-8-i": "iso-8859-8", "ks_c_5601-1987": "cp949", "gb2312": "gbk", "x-sjis": "cp932"}.get(
        charset.lower(), charset
    )


def _encoded_word(text: str, charset: str, quoted_printable: bool) -> str:
    raw = text.encode(codec(charset))
    if quoted_printable:
        safe = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/"
        body = "".join(chr(b) if b in safe else "_" if b == 32 else f"={b:02X}" for b in raw)
        return f"=?{charset}?Q?{body}?="
    return f"=?{charset}?B?{base64.b64encode(raw).decode()}?="


def address(name: str, addr: str, charset: str, quoted_printable: bool = False) -> str:
    if not name:
        return addr
    if not name.isascii():
        return f"{word(name, charset, quoted_printable)} <{addr}>"
    return f"{name} <{addr}>" if set(name) <= ATOM else f'"{name}" <{addr}>'


def folded(text: str, width: int = 76, used: int = 10) -> str:
    """Fold a long header value at its spaces; encoded words arrive folded."""
    if "\n" in text or len(text) + used <= width:
        return text
    lines: list[str] = []
    line = ""
    for token in text.split(" "):
        if line and len(line) + len(token) + 1 + (used if not lines else 0) > width:
            lines.append(line)
            line = token
        else:
            line = f"{line} {token}" if line else token
    return "\n ".join([*lines, line])


def quoted_printable(raw: bytes) -> bytes:
    return quopri.encodestring(raw).replace(b"\nFrom ", b"\n=46rom ")


def text(
    words: str,
    subtype: str = "plain",
    charset: str = "utf-8",
    cte: str = "8bit",
    declare: str = "",
    flowed: bool = False,
) -> Part:
    """Return a text part. Falls back to UTF-8 if `charset` cannot say it; `declare` labels it with another charset."""
    if words.isascii():
        charset, cte = (
            declare or "us-ascii",
            "qp" if max(map(len, words.split("\n"))) > 900 or cte == "qp-always" else "7bit",
        )
    elif not _fits(words, charset):
        charset = "utf-8"
    cte = "qp" if cte == "qp-always" else cte
    raw = words.encode(codec(charset))
    if cte == "8bit" and raw.isascii():
        cte = "7bit"
    if cte in ("7bit", "8bit") and max(map(len, raw.split(b"\n"))) > 900:
        cte = "qp"
    body, name = {
        "7bit": (raw, "7bit"),
        "8bit": (raw, "8bit"),
        "qp": (quoted_printable(raw), "quoted-printable"),
        "base64": (base64_lines(raw), "base64"),
    }[cte]
    extra = "; format=flowed; delsp=no" if flowed else ""
    label = declare or charset
    return Part(
        [("Content-Type", f"text/{subtype}; charset={label}{extra}"), ("Content-Transfer-Encoding", name)], body
    )


def base64_lines(raw: bytes) -> bytes:
    return b"".join(binascii.b2a_base64(raw[i : i + 57]) for i in range(0, len(raw), 57))


def parameter(name: str, value: str, style: str = "2231") -> str:
    """Return `; name=value`, non-ASCII as RFC 2231 or (`2047`) in the widespread form that the RFC forbids."""
    if value.isascii():
        return f'; {name}="{value}"'
    if style == "2047":
        return f'; {name}="{word(value, "utf-8")}"'
    percent = "".join(chr(b) if (chr(b).isalnum() and b < 128) or b in b"-._" else f"%{b:02X}" for b in value.encode())
    return f";\n {name}*=utf-8''{percent}"


def attachment(name: str, content: bytes, style: str = "2231", inline_id: str = "") -> Part:
    """Return a file as a part; with `inline_id` as a picture that the HTML shows by its cid."""
    kind = TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    disposition = "inline" if inline_id else "attachment"
    textual = (
        kind.startswith("text/")
        and content.isascii()
        and max(map(len, content.split(b"\n"))) < 900
        and b"\r" not in content
    )
    charset = "; charset=utf-8" if kind.startswith("text/") else ""
    headers = [
        ("Content-Type", kind + charset + parameter("name", name, style)),
        ("Content-Transfer-Encoding", "7bit" if textual else "base64"),
        ("Content-Disposition", disposition + parameter("filename", name, style)),
    ]
    if inline_id:
        headers.insert(2, ("Content-ID", f"<{inline_id}>"))
    return Part(headers, content if textual else base64_lines(content))


def multipart(subtype: str, children: list[Part], boundary: str, extra: str = "", preamble: str = "") -> Part:
    header = ("Content-Type", f'multipart/{subtype}{extra};\n boundary="{boundary}"')
    return Part([header], children=children, boundary=boundary, preamble=preamble)
