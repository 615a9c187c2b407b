"""Bytes to text, whatever the label says.

Labels in the wild are missing, misspelt, or lie. The rule is: believe a label while the bytes agree with it, prefer
UTF-8 where the bytes are valid UTF-8 (nothing else looks like it by accident), else guess from the bytes. Text that
comes out never holds a NUL or a lone surrogate.
"""

import codecs
import encodings
import pkgutil
import re
from encodings.aliases import aliases
from functools import lru_cache
from typing import NamedTuple

from archive.parsing.detection import guess_charset

CHARSET_REPAIRED = "charset-repaired"  # the label was wrong, or some bytes did not fit it
CHARSET_UNKNOWN = "charset-unknown"  # nobody knows the label

_SAYS_NOTHING = (
    "|unknown|unknown-8bit|x-unknown|8bit|x-unknown-8bit|default|default_charset|none|null|binary|x-user-defined"
    "|user-defined|charset|auto|_autodetect|_autodetect_all|iso-10646|undefined"
)
_NO_LABEL = frozenset(_SAYS_NOTHING.split("|"))
_ALIASES = {  # a superset is what the senders really used
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "shift_jisx0213": "cp932",
    "big5": "big5hkscs",
}
_MISSPELT_AS = """
cp1252: ansi_x3.110 ansi_x3.110-1983 iso-ir-99 csa7 ansi iso-8859 8859 iso8859 x-cp1252 win-1252 win latin
    latin-1 latin1 iso-latin-1;
cp1251: ansi-1251 x-cp1251 win-1251 win1251;
iso8859-8: iso-8859-8-i iso-8859-8-e iso_8859-8-i logical;
iso8859-6: iso-8859-6-i iso-8859-6-e;
cp932: x-sjis x-ms-cp932 windows-31j ms932 sjis shift-jis;
euc_jp: x-euc-jp x-euc euc ujis;
cp949: x-euc-kr ks_c_5601 ks_c_5601-1987 ks_c_5601-1989 ksc5601 ks-c-5601-1987 x-windows-949 windows-949
    iso-ir-149;
gb18030: x-gbk x-gb2312 gb_2312-80 gb_2312 cn-gb euc-cn x-euc-cn;
big5hkscs: chinesebig5 cn-big5 x-x-big5 x-big5;
hz: hz-gb-2312;
cp874: windows-874 x-windows-874 tis-620;
mac_roman: x-mac-roman macintosh x-macroman;
mac_latin2: x-mac-ce x-mac-centraleurroman;
mac_cyrillic: x-mac-cyrillic x-mac-ukrainian;
mac_greek: x-mac-greek;
mac_turkish: x-mac-turkish;
mac_iceland: x-mac-icelandic;
cp862: dos-862;
cp720: dos-720;
cp850: ibm-850;
cp1250: x-cp1250;
cp866: x-cp866;
koi8-r: koi8 koi x-koi8-r koi8_r;
koi8-u: koi8-ru;
ascii: us usascii 7bit x-ascii iso-us-ascii us-asci text/plain;
utf-7: unicode-1-1-utf-7 x-unicode-2-0-utf-7 x-utf-7 csunicode11utf7 utf7;
utf-8: unicode-1-1-utf-8 unicode-2-0-utf-8 x-unicode-2-0-utf-8 utf8mb4;
utf-16: unicode iso-10646-ucs-2 ucs-2 ucs2;
utf-32: iso-10646-ucs-4;
iso2022_jp_ext: csiso2022jp iso-2022-jp-ms cp50220 cp50221 cp50222 jis;
cp1258: x-viet-tcvn5712
"""
_MISSPELT = {
    name: codec
    for codec, names in (entry.strip().split(": ", 1) for entry in _MISSPELT_AS.replace("\n", " ").split(";"))
    for name in names.split()
}
_OTHER_CODECS = (
    "idna punycode unicode_escape raw_unicode_escape unicode-escape raw-unicode-escape undefined mbcs oem charmap"
)
_NOT_FOR_MAIL = frozenset(_OTHER_CODECS.split())
_KNOWN = frozenset({*aliases, *aliases.values(), *(module.name for module in pkgutil.iter_modules(encodings.__path__))})
_DAMAGED_JAPANESE = ("iso2022_jp_ext", "iso2022_jp_2004", "iso2022_jp_3")
_JUNK = re.compile(r"[^a-z0-9_.:+/()-]+")
_NUMBERED = re.compile(
    r"(?:windows|cp|ibm|iso[-_ ]?8859|koi8|utf|microsoft-cp|x-cp|dos|win)[-_ ]?\d{1,4}(?:[-_ ]?\d{1,2}(?!\d))?"
)
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")  # also what reverses the text (UAX #9 §2)
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


class Decoded(NamedTuple):
    """text; the charset it was really in (Python's name); defect: "", CHARSET_REPAIRED or CHARSET_UNKNOWN."""

    text: str
    charset: str
    defect: str


def decode(data: bytes, label: str = "", *, hint: str = "") -> Decoded:
    """Bytes with a charset label ("" for none) to clean text. hint: the label used elsewhere in the message. Never
    raises."""
    if data.isascii() and b"\x1b" not in data:
        charset = find_codec(label)
        if charset not in _SPEAKING_ASCII:
            return _clean(
                Decoded(
                    data.decode("ascii"), "utf-8" if charset in ("", "?", "utf-8") else charset, _label_defect(charset)
                )
            )
    return _clean(_decode(data, label, hint))


def clean(text: str) -> str:
    """The text without NULs, lone surrogates as U+FFFD: what every database takes."""
    if text.isascii():
        return text.replace("\0", "")
    return _FORBIDDEN.sub(lambda found: "" if found[0] == "\0" else "\ufffd", text)


def clean_line(text: str) -> str:
    """A header value without any control character: XML, and so a feed, takes none; nor one that overrides the direction
    of the text, by which a name pretends to be another. Lone surrogates as U+FFFD."""
    return text if text.isprintable() else clean(_CONTROLS.sub("", text))


@lru_cache(maxsize=1024)
def find_codec(label: str) -> str:
    """Python's codec for a charset label as found in mail; "" for labels that say nothing, "?" for names nobody
    knows."""
    name = _JUNK.sub("", label.partition("*")[0].lower().strip(" \t\"'"))
    if name in _NO_LABEL:
        return ""
    found = _MISSPELT.get(name)
    if found is None:
        found = _lookup(name) or _lookup_inside(name)
    return found or "?"


def _lookup_inside(name: str) -> str:
    """cp-850, windows-1252http-equivcontent-type, iso-8859-1:1987, utf-8;format=flowed: a name within a name."""
    if name.startswith("cs"):
        return _lookup(name[2:])
    match = _NUMBERED.search(name)
    if not match:
        return _lookup("us-ascii") if "ascii" in name else ""
    found = re.sub(r"^(?:microsoft-cp|x-cp|cp-|dos-?|win(?:dows)?[-_ ]?|ibm-)", "cp", match[0])
    found = re.sub(r"^(iso)[-_ ]?8859[-_ ]?", "iso-8859-", found)
    return _MISSPELT.get(found) or _lookup(found)


def _lookup(name: str) -> str:
    if (
        encodings.normalize_encoding(name).lower() not in _KNOWN
    ):  # codecs.lookup would go to the disk, and remember every name
        return ""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not info._is_text_encoding or info.name in _NOT_FOR_MAIL:
        return ""
    return _ALIASES.get(info.name, info.name)


_SPEAKING = (  # their ASCII bytes may mean something else
    "utf-7 hz utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-32-be iso2022_kr "
    "cp037 cp273 cp424 cp500 cp875 cp1026 cp1140"
)
_SPEAKING_ASCII = frozenset(_SPEAKING.split())


def _label_defect(charset: str) -> str:
    return CHARSET_UNKNOWN if charset == "?" else ""


def _decode(data: bytes, label: str, hint: str) -> Decoded:
    charset = find_codec(label)
    if charset in ("", "?"):
        return _decode_guessing(data, hint)._replace(defect=_label_defect(charset))
    if charset == "ascii":
        return _decode_guessing(data, hint)._replace(defect=CHARSET_REPAIRED if not data.isascii() else "")
    if _is_secretly_utf8(data, charset):
        return Decoded(data.decode("utf-8"), "utf-8", CHARSET_REPAIRED)
    try:
        return Decoded(data.decode(charset), charset, "")
    except (UnicodeError, ValueError):
        return _decode_damaged(data, charset)


def _is_secretly_utf8(data: bytes, charset: str) -> bool:
    """Text in a one-byte charset is hardly ever valid UTF-8 by accident; neither is UTF-16."""
    if charset == "utf-8" or charset in ("utf-7", "hz") or charset.startswith("iso2022"):
        return False
    if charset.startswith(("utf-16", "utf-32")):
        return b"\0" not in data and _is_utf8(data)
    if charset in ("gb18030", "big5hkscs", "cp949", "euc_jp", "cp932"):
        return _is_utf8(data) and len(data) > 8 and not data.isascii()
    return not data.isascii() and _is_utf8(data)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeError:
        return False
    return True


def _is_cut_utf8(data: bytes) -> bool:
    """Valid but for a character cut off at the very end."""
    try:
        return codecs.utf_8_decode(data, "strict", False)[1] >= len(data) - 3
    except UnicodeError:
        return False


def _decode_guessing(data: bytes, hint: str) -> Decoded:
    hinted = find_codec(hint) if hint else ""
    for charset in ("utf-8", hinted):
        if (
            not charset
            or charset in ("?", "ascii")
            or (charset == "utf-8" and b"\x1b" in data)
            or charset.startswith("utf-16")
        ):
            continue
        try:
            return Decoded(data.decode(charset), charset, "")
        except (UnicodeError, ValueError):
            pass
    charset = guess_charset(data)
    return Decoded(_replace(data, charset), charset, "")


def _decode_damaged(data: bytes, charset: str) -> Decoded:
    """The bytes do not fit the label: a few broken characters are marked as such; more than that, and the label was a
    lie."""
    if charset.startswith("iso2022_jp"):
        for wider in _DAMAGED_JAPANESE:
            try:
                return Decoded(data.decode(wider), wider, "")
            except (UnicodeError, ValueError):
                pass
        text = _replace(_shifted(data), "cp932")
        if "\ufffd" not in text:
            return Decoded(text, "cp932", "")
    if charset == "utf-8" and _is_cut_utf8(data):
        return Decoded(_replace(data, charset), charset, CHARSET_REPAIRED)
    text = _replace(data, charset)
    broken = text.count("\ufffd")
    if broken * 20 > len(text) - len(text.encode("ascii", "ignore")):
        guessed = guess_charset(data)
        text, charset = _replace(data, guessed), guessed
    return Decoded(text, charset, CHARSET_REPAIRED)


def _shifted(data: bytes) -> bytes:
    """ISO-2022-JP as Shift_JIS, which knows what Windows and telephones put into it besides (CP50221): circled digits,
    (K.K.), extended kanji."""
    data = _JIS_KANJI.sub(lambda found: _shifted_kanji(found[1]), data)
    data = _JIS_KANA.sub(lambda found: bytes(byte | 0x80 if 0x20 < byte < 0x60 else byte for byte in found[1]), data)
    return _JIS_ASCII.sub(b"", data)


def _shifted_kanji(pairs: bytes) -> bytes:
    shifted = bytearray()
    for row, cell in zip(pairs[::2], pairs[1::2], strict=False):
        shifted.append((row + 1) // 2 + (0x70 if row < 0x5F else 0xB0))
        shifted.append(cell + (0x7E if row % 2 == 0 else 0x1F if cell < 0x60 else 0x20))
    return bytes(shifted)


_JIS_KANJI = re.compile(rb"\x1b\$[@B]((?:[!-~][!-~])*+)")
_JIS_KANA = re.compile(rb"\x1b\(I([^\x1b]*+)")
_JIS_ASCII = re.compile(rb"\x1b\([BJH]")


def _replace(data: bytes, charset: str) -> str:
    """Decode, U+FFFD for what cannot be; the five bytes Windows-1252 leaves undefined count as Latin-1 controls, as
    browsers do it."""
    try:
        return (
            data.decode(charset, "replace")
            if charset != "cp1252"
            else codecs.charmap_decode(data, "strict", _WINDOWS_1252)[0]
        )
    except (UnicodeError, ValueError):
        return data.decode("latin-1")


_WINDOWS_1252 = "".join(bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256))


def _clean(decoded: Decoded) -> Decoded:
    if decoded.text.isascii() and "\0" not in decoded.text:
        return decoded
    text = decoded.text.removeprefix("\ufeff")
    return decoded._replace(text=clean(text))
