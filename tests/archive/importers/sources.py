"""Short ways to readers over bytes and files, for the tests of the readers."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from archive.importers.readers.mbox import MboxReader
from archive.importers.readers.types import Damaged, Entry, Source
from archive.importers.recognise import open_source

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
MBOX = FIXTURES / "mbox"
DATE = "Thu Jan  1 00:00:01 2004"


def mbox_of(data: bytes) -> MboxReader:
    return MboxReader(lambda: io.BytesIO(data), len(data))


def fixture(name: str) -> MboxReader:
    return mbox_of((MBOX / name).read_bytes())


def read(data: bytes) -> list[Entry | Damaged]:
    return list(mbox_of(data).entries())


def letter(subject: str = "hello", body: str = "text", **fields: str) -> bytes:
    extra = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return f"From: alice@example.org\nSubject: {subject}\n{extra}\n{body}\n".encode()


def mbox(*letters: bytes) -> bytes:
    return b"".join(f"From alice@example.org {DATE}\n".encode() + raw + b"\n" for raw in letters)


def many(count: int, body: str = "text") -> bytes:
    return mbox(*(letter(f"number {index}", body) for index in range(1, count + 1)))


def sources(path: Path) -> list[Source]:
    return open_source(path)


def only(path: Path) -> Source:
    (source,) = open_source(path)
    return source


def entries(path: Path) -> list[Entry | Damaged]:
    return [entry for source in open_source(path) for entry in source.reader.entries()]


def letters(path: Path) -> list[Entry]:
    found = entries(path)
    assert all(isinstance(entry, Entry) for entry in found), found
    return [entry for entry in found if isinstance(entry, Entry)]


def subjects(found: Iterable[Entry | Damaged]) -> list[str]:
    return [subject(entry.raw) for entry in found]


def subject(raw: bytes) -> str:
    line = next((line for line in raw.splitlines() if line.lower().startswith(b"subject:")), b"subject:")
    return line[8:].strip().decode("utf-8", "replace")


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def folder(path: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path
