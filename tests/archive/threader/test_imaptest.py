"""dovecot's imaptest: its scripts run as they stand, against the letters beside them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from archive.parsing.subjects import base_subject
from archive.threader import Node, ordered_subject, thread, tree_order
from tests.corpora import corpus

REFERENCES = ["thread", *(f"thread{number}" for number in range(2, 9))]
ORDERED_SUBJECT = ["thread-orderedsubject", "thread-orderedsubject2"]


@pytest.mark.parametrize("name", REFERENCES)
def test_references(name):
    checked = 0
    for present, expected in states(corpus("conformance/threads-imaptest") / name):
        assert by_references(present) == expected
        checked += 1
    assert checked


@pytest.mark.parametrize("name", ORDERED_SUBJECT)
def test_ordered_subject(name):
    for present, expected in states(corpus("conformance/threads-imaptest") / name):
        assert by_subject(present) == expected


def states(script: Path) -> Iterator[tuple[list[Node], str]]:
    """Each set of letters the script comes to, with the answer it expects."""
    waiting = nodes(script.with_suffix(".mbox").read_bytes())
    text = script.read_text()
    present = []
    if "messages: all" in text:
        present, waiting = waiting, []
    for line in text.lower().splitlines():
        if line == "ok append":
            present.append(waiting.pop(0))
        elif found := re.match(r"ok store ([\d,]+) \+flags \\deleted", line):
            deleted = set(map(int, found[1].split(",")))
            present = [node for place, node in enumerate(present, 1) if place not in deleted]
        elif line.startswith("* thread "):
            yield present, line.removeprefix("* thread ")


def nodes(mbox: bytes) -> list[Node]:
    letters = re.split(rb"^From .*? (?=[A-Z][a-z]{2} [A-Z])", mbox, flags=re.MULTILINE)[1:]
    return [node(place, *each.split(b"\n", 1)) for place, each in enumerate(letters)]


def node(place: int, from_line: bytes, raw: bytes) -> Node:
    message = message_from_bytes(raw)
    subject, is_reply = base_subject(str(make_header(decode_header(message["Subject"] or ""))))
    written = message["Date"]
    date = parsedate_to_datetime(written) if written else envelope_date(from_line.decode())
    return Node(
        uid=place,
        message_id=(ids(message, "Message-ID") or [f"{place:03}@made.up"])[0],
        references=tuple(dict.fromkeys(ids(message, "References") + ids(message, "In-Reply-To"))),
        date=date.timestamp(),
        base_subject=subject.casefold(),
        is_reply=is_reply,
        tie=bytes([place]),  # RFC 5256 settles equal dates by sequence number
    )


def ids(message: Message, header: str) -> list[str]:
    return re.findall(r"<([^<>]+)>", message[header] or "")


def envelope_date(text: str) -> datetime:
    stamp, zone = text[:24], text[24:].strip()
    if zone:
        return datetime.strptime(f"{stamp} {zone}", "%a %b %d %H:%M:%S %Y %z")
    return datetime.strptime(stamp, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)


def by_references(present: list[Node]) -> str:
    """The THREAD response: letters by their place, a chain in a row, branches in brackets, (()()) without a common parent."""
    result = thread(present)
    place = {node.uid: position for position, node in enumerate(present, 1)}
    rank = {node.uid: (node.date, place[node.uid]) for node in present}
    families: dict[int, list[int]] = {}
    for uid in sorted((uid for uid in result.parent if result.parent[uid] is None), key=rank.__getitem__):
        families.setdefault(result.thread[uid], []).append(uid)
    children: dict[int, list[int]] = {}
    for uid, _depth in tree_order(result.parent, rank):
        children.setdefault(result.parent[uid], []).append(uid)
    return "".join(f"({row(roots, children, place)})" for roots in families.values())


def row(siblings: list[int], children: dict[int, list[int]], place: dict[int, int]) -> str:
    if len(siblings) > 1:
        return "".join(f"({row([each], children, place)})" for each in siblings)
    below = children.get(siblings[0], [])
    space = " " if below else ""
    return f"{place[siblings[0]]}{space}{row(below, children, place) if below else ''}"


def by_subject(present: list[Node]) -> str:
    answer = ""
    for root, *others in ordered_subject(present):
        below = (
            "".join(f"({uid + 1})" for uid in others) if len(others) > 1 else "".join(str(uid + 1) for uid in others)
        )
        answer += f"({root + 1} {below})" if below else f"({root + 1})"
    return answer
