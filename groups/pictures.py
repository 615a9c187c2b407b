"""Pictures that owners upload: read with care, cut to shape, written anew. Nothing of the file that came is kept: no EXIF, no
colour profile, no bytes that are not picture. SVG, which is a program, is not among the formats."""

import struct
from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

ICON, COVER = "icon", "cover"
SIZES: Mapping[str, tuple[tuple[int, int], ...]] = {
    ICON: ((256, 256), (96, 96), (48, 48)),
    COVER: ((1600, 400), (800, 200)),
}
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000  # a file of a few kilobytes can claim to be a billion
CONTENT_TYPE = "image/webp"


class BadPicture(Exception):
    """A sentence why the file cannot be taken."""


def made_from(file: IO[bytes], size: int, kind: str) -> dict[int, bytes]:
    """The picture in each width its kind has, as WebP. Raises BadPicture."""
    if size > MOST_BYTES:
        said = _("The file is larger than %(most)s MB. Make it smaller, and try again.")
        raise BadPicture(said % {"most": MOST_BYTES // 1024 // 1024})
    try:
        with Image.open(file, formats=FORMATS) as opened:
            _look_at_size(opened)
            opened.draft("RGB", SIZES[kind][0])  # JPEG: no more than what is needed is decoded
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except BadPicture:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as problem:
        raise BadPicture(_("This is no picture we can read. Take a JPEG, PNG, WebP or GIF.")) from problem
    return {shape[0]: _written(picture, shape) for shape in SIZES[kind]}


def _look_at_size(opened: Image.Image) -> None:
    """The header says it before anything is decoded."""
    width, height = opened.size
    if width * height > MOST_PIXELS:
        said = _("The picture has %(width)s × %(height)s points, which is too many. Make it smaller, and try again.")
        raise BadPicture(said % {"width": f"{width:,}", "height": f"{height:,}"})
    if min(width, height) < 16:
        raise BadPicture(_("The picture is very small. Take one of 16 × 16 points at least."))


def _written(picture: Image.Image, shape: tuple[int, int]) -> bytes:
    cut = ImageOps.fit(picture, shape, Image.Resampling.LANCZOS)
    written = BytesIO()
    Image.frombytes(cut.mode, cut.size, cut.tobytes()).save(written, "WEBP", quality=82, method=4)
    return written.getvalue()


def keep(group_pk: int, kind: str, made: Mapping[int, bytes]) -> str:
    """Store the picture; returns the name it is found by: another one for each picture, so that browsers may keep it."""
    name = sha256(b"".join(made.values())).hexdigest()[:32]
    for width, content in made.items():
        path = path_of(group_pk, kind, name, width)
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
    return name


def forget(group_pk: int, kind: str, name: str) -> None:
    """To be called after the commit."""
    for width, _height in SIZES[kind]:
        default_storage.delete(path_of(group_pk, kind, name, width))


def path_of(group_pk: int, kind: str, name: str, width: int) -> str:
    return f"groups/{group_pk}/{kind}-{name}-{width}.webp"
