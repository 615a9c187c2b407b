"""Yahoo Groups: trees of JSON files as the archivers left them, and the Archive Team's JSON lines.

<group>/email/N_raw.json        rawEmail                        yahoo-group-archiver
<group>/email/N.json            messageBody, attachmentsInfo
<group>/email/N_attachments/    <fileId>-<name>                 also topics/N_attachments, topics/<topicId>_attachments
<group>/topics/T.json           messages: [as N.json…]
<group>/attachments/A/          <fileId>-<name>                 by attachmentId
<group>/N.json                  {"ygData": {…}}                 YahooGroups-Archiver
2004.jsonl.zst                  a message a line                Archive Team
"""

import json
import mimetypes
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, BinaryIO, NamedTuple

from archive.importers.readers import yahoo_mail
from archive.importers.readers.sniff import head_of
from archive.importers.readers.streams import Broken, ByteStream, opened
from archive.importers.readers.trees import Member, Tree
from archive.importers.readers.types import LARGEST_MESSAGE, Damaged, Detached, Entry
from archive.mboxrd import LARGEST_NUMBER

LARGEST_TOPIC = 64 << 20
RAW = re.compile(r"(?:(?:topics/)?email/)?([0-9]{1,18})_raw\.json")
PAGE = re.compile(r"(?:(?:topics/)?email/)?([0-9]{1,18})\.json")
TOPIC = re.compile(r"topics/([0-9]{1,18})\.json")
BESIDE = re.compile(r"(email|topics|topics/email)/([0-9]{1,18})_attachments/([^/]+)")
OLD_BESIDE = re.compile(r"email/([0-9]{1,18})-([^/]+)")
SHARED = re.compile(r"attachments/([^/]+)/([0-9]{1,18}-[^/]+)")
_FILE_ID = re.compile(r"([0-9]{1,18})-(.*)", re.S)


class Unread(Exception):
    """A JSON file without a usable message. str() says why."""


class _Files(NamedTuple):
    """The files of one group, by what they are."""

    raw: dict[int, Member]
    pages: dict[int, Member]
    topics: dict[int, Member]
    beside: dict[tuple[str, int], list[Member]]  # ("email" or "topics", N) -> attachments
    shared: dict[str, list[Member]]  # attachmentId -> attachments


class YahooReader:
    """One group's tree. Messages come in the order of their numbers; position is the ordinal."""

    name = "Yahoo Groups archive"

    def __init__(self, tree: Tree, root: str, members: list[Member]) -> None:
        self._tree = tree
        self._files = _sorted_out(root, members)
        self._done = 0
        self._topic: tuple[int, dict[int, dict[str, Any]]] = (0, {})  # the last one read
        self._order: list[int] | None = None
        self._only_in_topic: dict[int, int] = {}  # message -> topic
        wanted = (*self._files.raw.values(), *self._files.pages.values(), *self._files.topics.values())
        self.total_bytes = sum(member.size for member in wanted)

    @property
    def dialect(self) -> str:
        return self._tree.packing

    def done_bytes(self) -> int:
        return min(self._done, self.total_bytes)

    def estimate_total(self) -> int:
        return len(self._numbers())

    def entries(self, start: int = 0, number: int = 1) -> Iterator[Entry | Damaged]:
        numbers = self._numbers()
        self._done = sum(self._size(message) for message in numbers[:start])
        for position in range(start, len(numbers)):
            yield self._read(numbers[position], position)
            self._done += self._size(numbers[position])

    def _numbers(self) -> list[int]:
        if self._order is None:
            known = self._files.raw.keys() | self._files.pages.keys()
            for topic in self._files.topics:
                for message in self._messages_of(topic):
                    if message not in known:
                        self._only_in_topic.setdefault(message, topic)
            self._order = sorted(known | self._only_in_topic.keys())
        return self._order

    def _size(self, message: int) -> int:
        raw, page = self._files.raw.get(message), self._files.pages.get(message)
        return (raw.size if raw else 0) + (page.size if page else 0)

    def _read(self, message: int, position: int) -> Entry | Damaged:
        kept = b""
        problems: list[str] = []
        page = self._page(message)
        for member in (self._files.raw.get(message), self._files.pages.get(message)):
            if member is None:
                continue
            try:
                content = _content(self._tree, member)
                kept = kept or content
                record = record_of(content)
                return self._entry(record, page or record, message, position)
            except Unread as error:
                problems.append(f"“{member.path}”: {error}")
        if message in self._only_in_topic and page:
            try:
                return self._entry(page, page, message, position)
            except Unread as error:
                problems.append(f"in topic {self._only_in_topic[message]}: {error}")
        return Damaged(kept, position, position + 1, position + 1, " ".join(problems) or f"Message {message} is gone.")

    def _entry(self, record: dict[str, Any], page: dict[str, Any], message: int, position: int) -> Entry:
        entry = entry_of(record, position, position + 1, position + 1, message)
        entry.attachments = tuple(self._attachments(record, page, message))
        return entry

    def _page(self, message: int) -> dict[str, Any]:
        """The record that describes the attachments: N.json, else the message's place in its topic."""
        member = self._files.pages.get(message)
        if member is not None and message in self._files.raw:
            try:
                return record_of(_content(self._tree, member))
            except Unread:
                pass
        if message in self._only_in_topic:
            return self._messages_of(self._only_in_topic[message]).get(message, {})
        return {}

    def _messages_of(self, topic: int) -> dict[int, dict[str, Any]]:
        if self._topic[0] == topic and self._topic[1]:
            return self._topic[1]
        messages: dict[int, dict[str, Any]] = {}
        member = self._files.topics.get(topic)
        if member is not None and member.size <= LARGEST_TOPIC:
            try:
                found = parsed(_content(self._tree, member)).get("messages")
            except Unread:
                found = None
            for record in found if isinstance(found, list) else []:
                number = _number(record.get("msgId")) if isinstance(record, dict) else None
                if number:
                    messages[number] = record
        self._topic = (topic, messages)
        return messages

    def _attachments(self, record: dict[str, Any], page: dict[str, Any], message: int) -> Iterator[Detached]:
        described = _described(page) or _described(self._in_topic(record, message))
        topic = _number(record.get("topicId")) or 0
        own = self._files.beside.get(("email", message), []) + self._files.beside.get(("topics", message), [])
        by_id = [
            member
            for info in described.values()
            for member in self._files.shared.get(str(info.get("attachmentId")), [])
        ]
        if topic != message:
            by_id += self._files.beside.get(("topics", topic), [])
        seen: set[str] = set()
        for member, is_own in [*((member, True) for member in own), *((member, False) for member in by_id)]:
            found = _FILE_ID.fullmatch(member.path.rpartition("/")[2])
            file_id = found[1] if found else member.path
            info = described.get(file_id, {})
            if file_id in seen or not (is_own or info) or not (member.size or info.get("size") == 0):
                continue  # an empty file is a download that failed
            seen.add(file_id)
            yield self._detached(member, info, found[2] if found else member.path.rpartition("/")[2])

    def _in_topic(self, record: dict[str, Any], message: int) -> dict[str, Any]:
        topic = _number(record.get("topicId")) or 0
        return self._messages_of(topic).get(message, {}) if topic in self._files.topics else {}

    def _detached(self, member: Member, info: dict[str, Any], name: str) -> Detached:
        name = yahoo_mail.plain(info.get("filename")) or name
        kind = yahoo_mail.plain(info.get("fileType")).lower()
        if not re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}", kind):
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        description = yahoo_mail.plain(info.get("description") or info.get("title"))
        return Detached(name.replace("/", "_"), kind, member.size, partial(self._tree.open, member), description)


class JsonLinesReader:
    """The Archive Team's dump: a JSON object a line. Position is the byte offset of the line in the uncompressed file."""

    name = "Yahoo Groups JSON lines"

    def __init__(self, opener: Callable[[], BinaryIO], size: int, packing: str = "") -> None:
        self._opener = opener
        self._packing = packing
        self._stream: ByteStream | None = None
        self.total_bytes = size

    @property
    def dialect(self) -> str:
        return ", ".join(part for part in (head_of(self._opener(), 1)[1], self._packing) if part)

    def done_bytes(self) -> int:
        return min(self._stream.consumed, self.total_bytes) if self._stream else 0

    def estimate_total(self) -> int:
        try:
            stream = opened(self._opener)
            sample = stream.read(1 << 20)
        except Broken:
            return 0
        stream.close()
        return max(1, sample.count(b"\n") * self.total_bytes // max(1, stream.consumed))

    def entries(self, start: int = 0, number: int = 1) -> Iterator[Entry | Damaged]:
        position, broken = start, ""
        try:
            stream = self._stream = opened(self._opener)
            stream.skip(start)
            for line in lines_of(stream):
                if line.strip():
                    yield self._read(line, position, number)
                    number += 1
                position += len(line)
        except Broken as error:
            broken = str(error)
        if broken:
            yield Damaged(b"", position, position, number, broken)
        if self._stream:
            self._stream.close()

    def _read(self, line: bytes, position: int, number: int) -> Entry | Damaged:
        following = position + len(line)
        try:
            return entry_of(record_of(line), position, following, number)
        except Unread as error:
            return Damaged(line, position, following, number, str(error))


def lines_of(stream: ByteStream) -> Iterator[bytes]:
    """Lines with their ends, none longer than LARGEST_MESSAGE. Raises Broken behind the last bytes that could be read."""
    rest: list[bytes] = []
    size = 0
    while True:
        try:
            data = stream.read(256 << 10)
        except Broken:
            if size:
                yield b"".join(rest)
            raise
        if not data:
            break
        head, *lines = data.split(b"\n")
        rest.append(head)
        size += len(head)
        for line in lines:
            yield b"".join(rest) + b"\n"
            rest, size = [line], len(line)
        if size > LARGEST_MESSAGE:
            yield b"".join(rest)
            rest, size = [], 0
    if size:
        yield b"".join(rest)


def parsed(content: bytes) -> dict[str, Any]:
    """A JSON object, without YahooGroups-Archiver's envelope. Raises Unread."""
    try:
        value = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unread(f"This is not JSON: {error}"[:200]) from None
    if isinstance(value, dict) and "ygData" in value:
        value = value["ygData"]
    if not isinstance(value, dict):
        raise Unread("Yahoo answered without a message.")
    return value


def record_of(content: bytes) -> dict[str, Any]:
    """A message's JSON object. Raises Unread."""
    value = parsed(content)
    if not isinstance(value.get("rawEmail"), str) and not isinstance(value.get("messageBody"), str):
        raise Unread("The file holds no text of the message (neither rawEmail nor messageBody).")
    return value


def entry_of(
    record: dict[str, Any], position: int, next_position: int, number: int, message: int | None = None
) -> Entry:
    """message: the number by the file's name, if it has one. Raises Unread."""
    raw = yahoo_mail.message_of(record)
    if raw is None:
        raise Unread("The message is empty.")
    topic = _number(record.get("topicId"))
    author_key, author_name = yahoo_mail.author_of(record)
    spam = record.get("spamInfo")
    labels: tuple[str, ...] = ("system",) if record.get("systemMessage") is True else ()
    if isinstance(spam, dict) and spam.get("isSpam") is True:
        labels += ("spam",)
    return Entry(
        raw, position, next_position, number, yahoo_mail.date_of(record),
        f"yahoo:{topic}" if topic else "", _number(record.get("msgId")) or _number(message),
        author_key, author_name, labels=labels,
    )  # fmt: skip


def _sorted_out(root: str, members: list[Member]) -> _Files:
    files = _Files({}, {}, {}, {}, {})
    for member in members:
        path = member.path[len(root) + 1 :] if root else member.path
        if found := RAW.fullmatch(path):
            files.raw[int(found[1])] = member
        elif found := TOPIC.fullmatch(path):
            files.topics[int(found[1])] = member
        elif found := PAGE.fullmatch(path):
            files.pages[int(found[1])] = member
        elif found := BESIDE.fullmatch(path):
            files.beside.setdefault((found[1].partition("/")[0], int(found[2])), []).append(member)
        elif found := OLD_BESIDE.fullmatch(path):
            files.beside.setdefault(("email", int(found[1])), []).append(member)
        elif (found := SHARED.fullmatch(path)) and not path.endswith("/attachmentinfo.json"):
            files.shared.setdefault(found[1], []).append(member)
    return files


def _content(tree: Tree, member: Member) -> bytes:
    try:
        stream = ByteStream(tree.open(member))
    except OSError as error:
        raise Unread(f"it could not be opened: {error}") from None
    try:
        content = stream.read(LARGEST_MESSAGE)
    except Broken as error:
        raise Unread(str(error)) from None
    finally:
        stream.close()
    return content


def _described(page: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """attachmentsInfo by fileId."""
    infos = page.get("attachmentsInfo")
    return (
        {str(info.get("fileId")): info for info in infos if isinstance(info, dict)} if isinstance(infos, list) else {}
    )


def _number(value: object) -> int | None:
    """A positive number that the database can hold, given as a number or as text."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) < 11 and 0 < int(text) <= LARGEST_NUMBER else None
    )
