"""The documents people attach: PDF, ZIP and MIDI, made here; calendars, tables and patches are kept as files."""

import io
import zipfile

MIDNIGHT_1980 = (1980, 1, 1, 0, 0, 0)
PAGE_LINES, LEADING = 52, 14


def _pdf_string(text: str) -> bytes:
    return text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _pdf_page(lines: list[str], first: bool) -> bytes:
    out = [b"BT", b"/F1 10.5 Tf", b"1 0 0 1 64 778 Tm", b"%d TL" % LEADING]
    for number, line in enumerate(lines):
        heading = first and number == 0
        if heading or line.startswith("# "):
            out.append(
                b"/F2 %s Tf (%s) Tj T* /F1 10.5 Tf"
                % (b"17" if heading else b"12", _pdf_string(line.removeprefix("# ")))
            )
        else:
            out.append(b"(%s) Tj T*" % _pdf_string(line))
    return b"\n".join([*out, b"ET"])


def _staves(count: int) -> bytes:
    """Five lines, some notes: enough to sing something."""
    out = [b"0.6 w"]
    for stave in range(count):
        top = 640 - 96 * stave
        out += [b"64 %d m 530 %d l S" % (top - 7 * line, top - 7 * line) for line in range(5)]
        for note in range(14):
            x, y = 96 + 31 * note, top - 28 + 7 * ((note * (stave + 3) + stave) % 9) // 2
            out.append(b"%d %d 7 5 re f %d %d m %d %d l S" % (x, y, x + 7, y + 3, x + 7, y + 26))
    return b"\n".join(out)


def pdf(text: str, staves: int = 0) -> bytes:
    """Return `text` as a PDF: its first line large, lines starting with "# " bold; `staves` of music below."""
    lines = text.rstrip("\n").split("\n")
    pages = [lines[i : i + PAGE_LINES] for i in range(0, len(lines), PAGE_LINES)]
    kids = b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    for number, page in enumerate(pages):
        content = _pdf_page(page, number == 0) + (b"\n" + _staves(staves) if staves and number == 0 else b"")
        fonts = b"<< /Font << /F1 3 0 R /F2 4 0 R >> >>"
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources %s /Contents %d 0 R >>"
            % (fonts, 6 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _pdf_file(objects)


def _pdf_file(objects: list[bytes]) -> bytes:
    out, offsets = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a ZIP of `files` (name to content), stored uncompressed and dated 1980 so that it never changes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, MIDNIGHT_1980)
            entry.create_system = 3
            archive.writestr(entry, content)
    return out.getvalue()


def midi(tune: str) -> bytes:
    """Return a one-voice MIDI file; `tune` is words like `67:2`, a MIDI note and its length in quavers."""
    ticks, track = 240, b"\0\xff\x51\x03\x0a\x2c\x2b"
    for word in tune.split():
        note, length = (int(part) for part in word.split(":"))
        hold = length * ticks
        track += b"\0\x90" + bytes([note, 72, 0x80 | hold >> 7, hold & 0x7F, 0x80, note, 0])
    track += b"\0\xff\x2f\0"
    return (
        b"MThd"
        + bytes([0, 0, 0, 6, 0, 0, 0, 1])
        + (2 * ticks).to_bytes(2, "big")
        + b"MTrk"
        + len(track).to_bytes(4, "big")
        + track
    )
