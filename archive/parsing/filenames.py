"""File names as strangers write them, made safe to show and to save under."""

import re
import unicodedata

LONGEST = 150  # characters; 255 bytes are what most file systems take
_BYTES = 240
_SEPARATORS = re.compile(r"[/\\]")
_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def safe_filename(name: str) -> str:
    """The last component of a path, without controls, direction overrides (gpj.exe) and characters Windows refuses. ""
    stays ""."""
    name = _last_component(name)
    name = "".join(letter if _is_visible(letter) else (" " if letter in "\r\n\t" else "") for letter in name)
    name = _RESERVED.sub("_", " ".join(name.split())).strip(" .") if name.strip(" ._") else ""
    if _DEVICES.match(name):
        name = "_" + name
    return _shorten(name)


def _last_component(name: str) -> str:
    parts = [part for part in _SEPARATORS.split(name) if part.strip(" .\r\n\t\0")]
    return parts[-1] if parts else ""


def _is_visible(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _shorten(name: str) -> str:
    if len(name) <= LONGEST and len(name.encode()) <= _BYTES:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        stem, dot, extension = name, "", ""
    room = _BYTES - len((dot + extension).encode())
    stem = stem[: LONGEST - len(dot + extension)].encode()[:room].decode("utf-8", "ignore")
    return stem.rstrip(" .") + dot + extension


_TYPES_BY_EXTENSION = """
txt=text/plain log=text/plain c=text/x-csrc h=text/x-chdr diff=text/x-diff patch=text/x-diff html=text/html
htm=text/html csv=text/csv jpg=image/jpeg jpeg=image/jpeg png=image/png gif=image/gif bmp=image/bmp
tif=image/tiff tiff=image/tiff pdf=application/pdf ps=application/postscript zip=application/zip
gz=application/gzip tgz=application/gzip bz2=application/x-bzip2 tar=application/x-tar doc=application/msword
rtf=application/rtf xls=application/vnd.ms-excel ppt=application/vnd.ms-powerpoint
docx=application/vnd.openxmlformats-officedocument.wordprocessingml.document
xlsx=application/vnd.openxmlformats-officedocument.spreadsheetml.sheet
pptx=application/vnd.openxmlformats-officedocument.presentationml.presentation mp3=audio/mpeg wav=audio/x-wav
mpg=video/mpeg avi=video/x-msvideo ics=text/calendar eml=message/rfc822 vcf=text/vcard xml=text/xml
js=text/javascript exe=application/x-msdownload
"""
_TYPES = dict(entry.split("=") for entry in _TYPES_BY_EXTENSION.split())


def type_by_name(name: str) -> str:
    """A content type for a file that came without one (uuencode, TNEF). Not the system's table: the answer is the same
    everywhere."""
    return _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
