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


# --- what the newcomer can find in it ---------------------------------------------------------------------------------


def roots(slug: str) -> Counter[str]:
    """How many letters hang under each first letter, following In-Reply-To and References alone."""
    parents = {}
    for letter in letters(slug):
        chain = re.findall(r"<[^<>\s]+>", f"{letter['References'] or ''} {letter['In-Reply-To'] or ''}")
        parents[(letter["Message-ID"] or "").strip()] = chain[-1] if chain else None
    count: Counter[str] = Counter()
    for message_id in parents:
        root = message_id
        while parents.get(root):
            root = parents[root]
        count[root] += 1
    return count


def content_types() -> set[str]:
    return {part.get_content_type() for letter in everything() for part in letter.walk()}


def test_there_are_seven_groups_and_over_four_hundred_letters():
    assert len(GROUPS) == 7
    assert 400 <= len(everything()) <= 470


def test_all_mboxes_together_stay_small():
    assert sum((DEMO / f"{slug}.mbox").stat().st_size for slug in SLUGS) < 1_500_000


def test_no_attachment_is_large():
    for letter in everything():
        for part in leaves(letter):
            assert len(part.get_payload(decode=True) or b"") < 30_000


def test_every_kind_of_visibility_is_there():
    assert {group["visibility"] for group in GROUPS} == {"public", "unlisted", "private"}
    assert {group["archive_access"] for group in GROUPS} == {"public", "members"}
    assert all(group["archive_access"] == "members" for group in GROUPS if group["visibility"] == "private")


def test_the_demo_owner_is_in_every_group_but_one_and_owns_the_gardeners():
    roles = {g["slug"]: m["role"] for g in GROUPS for m in g["members"] if m["address"] == "ann@example.org"}
    assert roles["riverside-gardeners"] == "owner"
    assert set(SLUGS) - set(roles) == {"osier-dev"}


def test_one_thread_is_as_long_as_a_novel_and_others_are_of_every_size():
    sizes = [size for slug in SLUGS for size in roots(slug).values()]
    assert max(sizes) == 60
    assert sum(10 <= size <= 25 for size in sizes) >= 7
    assert sum(2 <= size <= 9 for size in sizes) >= 30
    assert sizes.count(1) >= 3


def test_letters_run_from_1998_to_the_present():
    years = {
        email.utils.parsedate_tz(letter["Date"])[0]
        for letter in everything()
        if letter["Date"] and "/" not in letter["Date"]
    }
    assert {1998, 1999, 2003, 2013, 2026} <= years
    assert len(years & set(range(2003, 2027))) >= 18


def test_many_charsets_are_spoken_and_each_part_can_be_read():
    python_name = {"iso-8859-8-i": "iso-8859-8", "gb2312": "gbk", "ks_c_5601-1987": "cp949", "windows-874": "cp874"}
    spoken = set()
    for letter in everything():
        for charset, raw in texts(letter):
            spoken.add(charset)
            if letter["MIME-Version"]:
                raw.decode(python_name.get(charset, charset))
    wanted = {
        "utf-8",
        "iso-8859-1",
        "iso-8859-7",
        "iso-8859-8-i",
        "windows-1255",
        "windows-1256",
        "koi8-r",
    }
    assert spoken >= wanted | {"windows-1251", "gb18030", "gb2312", "euc-kr", "iso-2022-jp", "shift_jis", "tis-620"}


def test_every_transfer_encoding_is_used():
    used = {part["Content-Transfer-Encoding"] for letter in everything() for part in leaves(letter)}
    assert used >= {"7bit", "8bit", "quoted-printable", "base64"}


def test_scripts_of_the_street_are_all_there():
    words = "".join(
        raw.decode("utf-8", "ignore")
        for letter in letters("bridge-street-translators")
        for charset, raw in texts(letter)
        if charset == "utf-8"
    )
    for sample in ("خبز", "입에서", "煙", "πιάτο", "שמעון", "धुआँ", "Печенье", "ห้าม", "🔥", "نفس"):
        assert sample in words, sample


def test_every_structure_of_mail_is_there():
    assert content_types() >= {
        "multipart/alternative",
        "multipart/mixed",
        "multipart/related",
        "multipart/signed",
        "message/rfc822",
        "text/calendar",
        "application/pgp-signature",
        "application/pdf",
        "application/zip",
        "audio/midi",
        "image/jpeg",
        "image/png",
        "text/csv",
    }


def test_attached_files_are_what_they_say():
    magic = {
        "image/jpeg": (b"\xff\xd8\xff", b"\xff\xd9"),
        "image/png": (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
        "application/pdf": (b"%PDF-1.4", b"%%EOF\n"),
        "application/zip": (b"PK\x03\x04", b"\0\0"),
        "audio/midi": (b"MThd", b"\xff\x2f\0"),
    }
    for letter in everything():
        for part in leaves(letter):
            start, end = magic.get(part.get_content_type(), (b"", b""))
            raw = part.get_payload(decode=True)
            assert raw.startswith(start) and raw.endswith(end), part.get_filename()


def test_invitations_of_every_method_arrive():
    methods = {part.get_param("method") for letter in everything() for part in leaves(letter)}
    assert methods >= {"REQUEST", "REPLY"}


def test_every_cid_shown_in_html_is_in_the_same_letter():
    for letter in everything():
        ids = {part["Content-ID"].strip("<>") for part in leaves(letter) if part["Content-ID"]}
        shown = {
            cid for _, raw in texts(letter) for cid in re.findall(r'src="cid:([^"]+)"', raw.decode("utf-8", "ignore"))
        }
        assert shown == ids, letter["Message-ID"]


def test_a_newsletter_wants_to_load_remote_pictures():
    markup = [raw for letter in letters("custom-house-library") for _, raw in texts(letter)]
    assert any(b'src="https://track.' in raw for raw in markup) and any(
        b'src="https://pictures.' in raw for raw in markup
    )


def test_the_old_letters_have_the_old_habits():
    old = letters("moorside-astronomers")
    assert any(letter["Message-ID"] is None for letter in old)
    assert any(letter["Date"] is None for letter in old)
    assert any((letter["In-Reply-To"] or "").startswith("Your message of") for letter in old)
    assert any(re.fullmatch(r"\S+@\S+ \(.+\)", letter["From"]) for letter in old)
    assert {"1999/08/11 15:20", "Sat, 01 Jan 100 00:14:12 +0000"} <= {letter["Date"] for letter in old}
    assert any(b"\nbegin 644 " in raw for letter in old for _, raw in texts(letter))
    assert any(letter["MIME-Version"] is None and not raw.isascii() for letter in old for _, raw in texts(letter))


def test_a_line_that_begins_with_from_survives():
    raw = (DEMO / "moorside-astronomers.mbox").read_bytes()
    assert b"\n>From M31 to M33" in raw


def test_people_quote_in_every_way():
    bodies = b"\n".join(raw for letter in everything() for _, raw in texts(letter))
    for habit in (
        b"-----Original Message-----",
        b"gmail_quote",
        b'blockquote type="cite"',
        b"MsoNormal",
        b"Sent from my phone",
        b"\n> > ",
    ):
        assert habit in bodies, habit


def test_patches_travel_in_the_body():
    assert sum(b"\ndiff --git a/" in raw for letter in letters("osier-dev") for _, raw in texts(letter)) >= 6


def test_flowed_text_is_marked_and_flows():
    flowed = [part for letter in everything() for part in leaves(letter) if part.get_param("format") == "flowed"]
    assert len(flowed) > 30
    assert any(b" \n" in part.get_payload(decode=True) for part in flowed)
