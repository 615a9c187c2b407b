"""The demonstration archive: is what a newcomer sees first complete, readable and what its source says?"""

import email
import json
import mailbox
import re
from collections import Counter
from email.header import decode_header, make_header
from email.message import Message
from functools import cache
from pathlib import Path

import pytest

DEMO = Path(__file__).resolve().parents[2] / "demo"
GROUPS = json.loads((DEMO / "groups.json").read_text("utf-8"))["groups"]
SLUGS = [group["slug"] for group in GROUPS]


@cache
def letters(slug: str) -> list[Message]:
    return [email.message_from_bytes(entry.as_bytes()) for entry in mailbox.mbox(DEMO / f"{slug}.mbox", create=False)]


def everything() -> list[Message]:
    return [letter for slug in SLUGS for letter in letters(slug)]


def leaves(letter: Message) -> list[Message]:
    return [part for part in letter.walk() if not part.is_multipart()]


def texts(letter: Message) -> list[tuple[str, bytes]]:
    found = [part for part in leaves(letter) if part.get_content_maintype() == "text"]
    return [(part.get_content_charset("us-ascii"), part.get_payload(decode=True)) for part in found]


def test_the_committed_files_are_what_the_source_makes():
    from demo.build import outputs

    for name, content in outputs().items():
        assert (DEMO / name).read_bytes() == content, f"run python demo/build.py: {name} is behind its source"


def test_every_group_tells_what_it_is():
    for group in GROUPS:
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", group["slug"])
        assert 20 < len(group["summary"]) <= 250 and group["summary"].endswith(".")
        assert len(group["description"]) > 150
        assert group["visibility"] in ("public", "unlisted", "private")
        assert group["archive_access"] in ("public", "members")
        assert "owner" in {member["role"] for member in group["members"]}


def test_members_are_named_once_in_a_group():
    for group in GROUPS:
        addresses = [member["address"] for member in group["members"]]
        assert len(addresses) == len(set(addresses)) >= 4


@pytest.mark.parametrize("slug", SLUGS)
def test_a_group_is_read_whole_by_the_standard_library(slug: str):
    raw = (DEMO / f"{slug}.mbox").read_bytes()
    assert len(letters(slug)) == len(re.findall(rb"(?m)^From \S+@\S+ \w{3} \w{3} ", raw))


@pytest.mark.parametrize("slug", SLUGS)
def test_the_mbox_has_unix_lines_and_no_bare_from(slug: str):
    raw = (DEMO / f"{slug}.mbox").read_bytes()
    assert b"\r" not in raw
    assert all(line.count(b"@") == 1 for line in raw.split(b"\n") if line.startswith(b"From "))


def test_message_ids_are_unique():
    ids = Counter(letter["Message-ID"].strip() for letter in everything() if letter["Message-ID"])
    assert [key for key, count in ids.items() if count > 1] == []


def test_every_multipart_is_whole():
    for letter in everything():
        broken = [defect for part in letter.walk() for defect in part.defects]
        assert broken == [], letter["Message-ID"]


def test_only_reserved_domains_appear():
    allowed = re.compile(rb"(?i)(^|\.)example\.(org|net|com)$")
    for slug in SLUGS:
        for letter in letters(slug):
            heads = " ".join(str(letter[name]) for name in ("From", "To", "Cc", "Sender") if letter[name])
            domains = re.findall(r"@([\w.-]+\w)", heads)
            assert all(allowed.search(domain.encode()) for domain in domains), heads


def test_every_subject_can_be_decoded():
    for letter in everything():
        assert str(make_header(decode_header(letter["Subject"] or ""))) is not None
