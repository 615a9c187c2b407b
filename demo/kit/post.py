"""Turns letters into bytes as they arrive at the archive, and groups into mboxrd files."""

import base64
import binascii
import re
from collections.abc import Iterable
from datetime import UTC, timedelta
from pathlib import Path

from demo.kit import mime, papers
from demo.kit.clients import LATIN, Client, client_of, date_header, digest, message_id
from demo.kit.compose import html_body, is_empty, text_body
from demo.kit.mime import Part
from demo.kit.pictures import SCENES
from demo.kit.source import Group, Letter, SourceError

PREAMBLE = "This is a multi-part message in MIME format."


def prepare(letters: Iterable[Letter]) -> list[Letter]:
    """Give every letter its Message-ID, and return them in the order of their arrival."""
    ordered = sorted(letters, key=lambda letter: (letter.when, letter.key))
    for letter in ordered:
        letter.message_id = message_id(letter)
    return ordered


# --- files ------------------------------------------------------------------------------------------------------------


def _source_file(letter: Letter, name: str) -> bytes:
    path: Path = letter.group.folder / "files" / name
    content = path.read_bytes()
    return content.replace(b"\n", b"\r\n") if name.endswith(".ics") else content


def made_file(letter: Letter, name: str, recipe: str) -> bytes:
    """Return the content of an attachment: a drawn scene, `file`, `pdf`, `zip` or `midi` from the group's files."""
    kind, *words = recipe.split()
    if kind == "file":
        return _source_file(letter, words[0])
    if kind == "pdf":
        return papers.pdf(_source_file(letter, words[0]).decode("utf-8"), int(words[1]) if len(words) > 1 else 0)
    if kind == "zip":
        return papers.zipped({word: _source_file(letter, word) for word in words})
    if kind == "midi":
        return papers.midi(_source_file(letter, words[0]).decode())
    if kind in SCENES:
        canvas = SCENES[kind](*map(int, words))
        return canvas.png() if name.endswith(".png") else canvas.jpeg()
    raise SourceError(f"{letter.key}: no recipe for {recipe!r}")


def _files(letter: Letter, option: str) -> list[tuple[str, bytes]]:
    named = [value.split("=", 1) for value in letter.every(option)]
    return [(name.strip(), made_file(letter, name.strip(), recipe)) for name, recipe in named]


def _uuencoded(letter: Letter) -> list[str]:
    """Files the way they travelled before MIME: between the lines of the letter."""
    lines: list[str] = []
    for name, content in _files(letter, "uu"):
        rows = [
            binascii.b2a_uu(content[i : i + 45], backtick=True).decode().rstrip("\n")
            for i in range(0, len(content), 45)
        ]
        lines += ["", f"begin 644 {name}", *rows, "`", "end"]
    return lines


# --- the body ---------------------------------------------------------------------------------------------------------


def _boundary(letter: Letter, purpose: str) -> str:
    code = digest(letter, purpose)
    return {
        "gmail": f"000000000000{code[:16]}",
        "apple": f"Apple-Mail=_{code[:8].upper()}-{code[8:12].upper()}-4{code[13:16].upper()}-A{code[17:20].upper()}-{code[20:32].upper()}",
        "outlook": f"----=_NextPart_000_{code[:4].upper()}_01DB{code[4:8].upper()}.{code[8:16].upper()}",
        "plain": f"----=_Part_{code[:12]}",
        "moz": f"------------{code[:24]}",
        "bare": f"=_{code[:20]}",
    }[client_of(letter).flavour]


def _text_part(letter: Letter, client: Client) -> Part:
    flowed = client.shape == "flowed" and not letter.has("raw")
    lines = text_body(letter)
    if flowed:
        lines = [
            (" " + line) if re.match(r" |From |>(?=\S)", line) and not re.match(r">+ ?", line) else line
            for line in lines
        ]
    words = "\n".join(lines + _uuencoded(letter)) + "\n"
    charset = str(letter.trait("charset", client.charset))
    cte = str(letter.trait("cte", client.cte))
    if client.wrap == 0 and cte == "qp":
        cte = "qp-always"
    return mime.text(words, "plain", charset, cte, letter.option("declare"), flowed)


def _words(letter: Letter) -> Part:
    client = client_of(letter)
    plain = _text_part(letter, client)
    wants_html = client.shape == "html" or bool(letter.html)
    if letter.has("invite"):
        return _invitation(letter, plain)
    if not wants_html or letter.has("plain-only"):
        return plain
    inline = _files(letter, "inline")
    ids = {name: f"{digest(letter, name)[:12]}@{letter.address.partition('@')[2]}" for name, _ in inline}
    markup = re.sub(r"\{cid:([^}]+)\}", lambda match: f"cid:{ids[match[1]]}", html_body(letter))
    rich = mime.text(markup, "html", str(letter.trait("charset", client.charset)), str(letter.trait("cte", client.cte)))
    if inline:
        pictures = [mime.attachment(name, content, inline_id=ids[name]) for name, content in inline]
        rich = mime.multipart("related", [rich, *pictures], _boundary(letter, "related"), '; type="text/html"')
    if letter.has("html-only"):
        return rich
    return mime.multipart("alternative", [plain, rich], _boundary(letter, "alternative"))


def _invitation(letter: Letter, plain: Part) -> Part:
    name = letter.option("invite")
    calendar = _source_file(letter, name)
    method = re.search(rb"METHOD:(\w+)", calendar)
    headers = [
        ("Content-Type", f"text/calendar; charset=utf-8; method={method[1].decode() if method else 'PUBLISH'}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    part = Part(headers, mime.base64_lines(calendar))
    return mime.multipart("alternative", [plain, part], _boundary(letter, "alternative"))


def _forwarded(letter: Letter, letters: dict[str, Letter]) -> list[Part]:
    inner = [letters[key] for key in letter.every("forward")]
    disposition = ("Content-Disposition", "inline")
    return [
        Part([("Content-Type", "message/rfc822"), disposition], as_bytes(other, letters, posted=False))
        for other in inner
    ]


def _signed(letter: Letter, part: Part) -> Part:
    """OpenPGP/MIME (RFC 3156) with a signature that has the right shape and signs nothing."""
    noise = bytes.fromhex("".join(digest(letter, f"pgp{n}") for n in range(4)))[:119]
    packet = b"\x89\x01\x33\x04\x00\x01\x0a\x00\x1d\x16\x21\x04" + noise
    armour = "\n".join(
        [
            "-----BEGIN PGP SIGNATURE-----",
            "",
            *_lines64(packet),
            f"={base64.b64encode(_crc24(packet)).decode()}",
            "-----END PGP SIGNATURE-----",
            "",
        ]
    )
    headers = [
        ("Content-Type", 'application/pgp-signature; name="signature.asc"'),
        ("Content-Description", "OpenPGP digital signature"),
    ]
    children = [part, Part(headers, armour.encode())]
    extra = '; micalg=pgp-sha512;\n protocol="application/pgp-signature"'
    return mime.multipart("signed", children, _boundary(letter, "signed"), extra)


def _lines64(raw: bytes) -> list[str]:
    code = base64.b64encode(raw).decode()
    return [code[i : i + 64] for i in range(0, len(code), 64)]


def _crc24(raw: bytes) -> bytes:
    crc = 0xB704CE
    for byte in raw:
        crc ^= byte << 16
        for _ in range(8):
            crc = crc << 1 ^ (0x1864CFB if crc & 0x800000 else 0)
    return (crc & 0xFFFFFF).to_bytes(3, "big")


def _body(letter: Letter, letters: dict[str, Letter]) -> Part:
    files = _files(letter, "attach")
    style = letter.option("filenames", "2231")
    attachments = [mime.attachment(name, content, style) for name, content in files] + _forwarded(letter, letters)
    empty = is_empty(letter.blocks) and not letter.html
    if empty and len(attachments) == 1 and letter.has("bare"):
        return attachments[0]
    part = _words(letter)
    if attachments:
        preamble = PREAMBLE if client_of(letter).flavour == "plain" else ""
        part = mime.multipart("mixed", [part, *attachments], _boundary(letter, "mixed"), preamble=preamble)
    return _signed(letter, part) if letter.has("signed") else part


# --- the head ---------------------------------------------------------------------------------------------------------


def _chain(letter: Letter) -> list[str]:
    chain, parent = [], letter.parent
    while parent:
        if not parent.has("drop") or "Message-ID" not in parent.option("drop"):
            chain.append(parent.message_id)
        parent = parent.parent
    return chain[::-1]


def _ancestry(letter: Letter, client: Client) -> list[tuple[str, str]]:
    chain = _chain(letter)
    if letter.parent is None or not chain or letter.parent.message_id != chain[-1]:
        return []
    style = letter.option("references", client.references)
    if style == "none":
        return []
    direct = ("In-Reply-To", chain[-1])
    known = ("References", "\n ".join(chain if len(chain) < 12 else [chain[0], *chain[-10:]]))
    if style == "your-message":
        return [
            ("In-Reply-To", f'Your message of "{letter.parent.when:%a, %d %b %Y %H:%M:%S %z}."\n\t     {chain[-1]}')
        ]
    return {"in-reply-to": [direct], "references": [known], "full": [direct, known]}[style]


def _from(letter: Letter, charset: str, quoted: bool) -> str:
    if letter.has("rawfrom"):
        return letter.option("rawfrom")
    if letter.trait("from-style") == "comment":
        return f"{letter.address} ({letter.name})"
    return mime.address(letter.name, letter.address, charset, quoted)


def _list_headers(letter: Letter) -> list[tuple[str, str]]:
    day, group = str(letter.when.date()), letter.group
    eras = [era["headers"] for era in group.facts.get("lists", []) if era["since"] <= day]
    lines = eras[-1] if eras else []
    filled = [
        line.format(
            slug=group.slug, address=group.address, domain=group.address.partition("@")[2], name=group.facts["name"]
        )
        for line in lines
    ]
    return [(name, value.strip()) for name, _, value in (line.partition(":") for line in filled)]


def _received(letter: Letter) -> list[tuple[str, str]]:
    code, number = digest(letter, "received"), int(digest(letter, "hops")[:4], 16)
    if number % 3 and not letter.has("received"):
        return []
    host = letter.address.partition("@")[2]
    arrived = (letter.when + timedelta(seconds=4 + number % 50)).astimezone(UTC)
    software = "ESMTPS" if letter.when.year > 2008 else "ESMTP"
    stamp = f"{arrived:%a}, {arrived.day} {arrived:%b %Y %H:%M:%S} +0000"
    lines = f"from mail.{host} (mail.{host} [192.0.2.{number % 250 + 1}])\n\tby lists.example.org (Postfix) with {software} id {code[:10].upper()}\n\tfor <{letter.group.address}>; {stamp}"
    return [("Received", lines)]


def _prefixed(letter: Letter) -> str:
    """Lists of old put their name into subjects; replies carry it where the program left it."""
    eras = letter.group.facts.get("tags", [])
    tag = next((t for since, until, t in eras if since <= str(letter.when.date()) < until), "")
    if not tag or letter.has("untagged"):
        return letter.subject
    reply = re.match(r"(?i)(re|aw|sv):\s+", letter.subject)
    return f"{reply[0]}{tag} {letter.subject[reply.end() :]}" if reply else f"{tag} {letter.subject}"


def as_bytes(letter: Letter, letters: dict[str, Letter], posted: bool = True) -> bytes:
    """Return one letter as a message; `posted` adds what the list's own software adds."""
    client, part = client_of(letter), _body(letter, letters)
    charset = str(letter.trait("charset", client.charset))
    latin = str(letter.trait("lang", "en")) in ("en", "sv", "de", "fr")
    quoted = charset == LATIN or (client.cte == "qp" and charset == "utf-8" and latin)
    to = letter.option("to") or mime.address(
        str(letter.group.facts["name"]) if client.shape != "plain" else "", letter.group.address, "utf-8"
    )
    head: list[tuple[str, str]] = _received(letter) if posted else []
    own = [(name, value) for name, _, value in (line.partition(": ") for line in client.headers)]
    user, _, host = letter.address.partition("@")
    head += [("Message-ID", letter.message_id), ("Date", letter.option("rawdate") or date_header(letter))]
    head += [("From", mime.folded(_from(letter, charset, quoted))), ("To", to)]
    head += [("Cc", value) for value in letter.every("cc")]
    head += [("Subject", mime.folded(mime.word(_prefixed(letter) if posted else letter.subject, charset, quoted)))]
    head += _ancestry(letter, client)
    if not any(name.lower() == "mime-version" for name, _ in own):
        head.append(("MIME-Version", "1.0"))
    head += [(name, value.format(user=user, host=host) if "{" in value else value) for name, value in own]
    head += [(name, value.strip()) for name, _, value in (line.partition(":") for line in letter.every("header"))]
    head += _list_headers(letter) if posted else []
    dropped = {name.lower() for value in letter.every("drop") for name in value.split()}
    if "mime-version" in dropped:
        dropped |= {"content-type", "content-transfer-encoding"}
    head = [(name, value) for name, value in head + part.headers if name.lower() not in dropped]
    part.headers = head
    return part.as_bytes()


# --- mbox -------------------------------------------------------------------------------------------------------------


def _envelope(letter: Letter) -> bytes:
    arrived = (letter.when + timedelta(seconds=6)).astimezone(UTC)
    return f"From {letter.address} {arrived:%a %b} {arrived.day:2d} {arrived:%H:%M:%S %Y}\n".encode()


def mboxrd(group: Group, letters: list[Letter]) -> bytes:
    """Return all letters but the unsent ones as an mboxrd file, in the order of their arrival."""
    known, out = {letter.key: letter for letter in letters}, []
    for letter in prepare(letters):
        if letter.has("unsent"):
            continue
        raw = as_bytes(letter, known)
        escaped = re.sub(rb"(?m)^(>*From )", rb">\1", raw)
        out.append(_envelope(letter) + escaped + (b"" if escaped.endswith(b"\n") else b"\n") + b"\n")
    return b"".join(out)
