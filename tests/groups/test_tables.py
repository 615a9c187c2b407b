"""Files of members from all over: encodings, delimiters, headings and columns are guessed."""

import pytest

from groups.tables import Unreadable, guess, rows_of

GOOGLE = "Group Email [Required],Member Email,Member Type,Member Role\nx@y.example,ann@x.example,USER,MANAGER\n"
GROUPSIO = (
    "Email,Display Name,Email Delivery,Moderation,Date Joined\n"
    "ann@x.example,Ann Berg,Daily Summary,,2019-03-02 10:00:00 UTC\n"
)
MAILMAN = "address;display_name;delivery_mode;role\nann@x.example;Ann Berg;plaintext_digests;owner\n"


def read(content: bytes | str):
    raw = content.encode() if isinstance(content, str) else content
    return list(rows_of(raw, guess(raw)))


def test_google_groups():
    (row,) = read(GOOGLE)
    assert (row.address, row.role, row.problem) == ("ann@x.example", "moderator", "")


def test_groups_io():
    (row,) = read(GROUPSIO)
    assert (row.name, row.delivery, str(row.joined_at)) == ("Ann Berg", "summary", "2019-03-02 10:00:00+00:00")


def test_mailman():
    (row,) = read(MAILMAN)
    assert (row.name, row.delivery, row.digest_format, row.role) == ("Ann Berg", "digest", "plain", "owner")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_umlauts_survive(encoding):
    (row,) = read("E-Mail;Vorname;Nachname\njürgen@x.example;Jürgen;Müßig\n".replace("jürgen@", "j@").encode(encoding))
    assert row.name == "Jürgen Müßig"


def test_without_a_heading_the_columns_say_what_they_are():
    rows = read("Ann Berg\t17\tann@x.example\nBen\t18\tben@x.example\n")
    assert [(row.name, row.address) for row in rows] == [("Ann Berg", "ann@x.example"), ("Ben", "ben@x.example")]


def test_one_address_a_line_is_a_table_too():
    assert [row.address for row in read("ann@x.example\nben@x.example\n")] == ["ann@x.example", "ben@x.example"]


def test_broken_and_double_lines_are_left_out_with_the_reason():
    rows = read("email,name\nann@x.example,A\nANN@x.example,B\nnobody,C\n,D\n\n")
    assert [row.problem for row in rows] == ["", "stands there twice", "is no address", "has no address"]


@pytest.mark.parametrize(
    ("dates", "first"), [("03/02/2019", "2019-03-02"), ("03/02/2019\nb@x.example,25/12/2018", "2019-02-03")]
)
def test_the_order_of_a_date_follows_the_file(dates, first):
    assert str(read(f"email,joined\na@x.example,{dates}\n")[0].joined_at)[:10] == first


def test_what_was_exported_is_read_again():
    (row,) = read("address,name\n'+ann@x.example,'=Ann\n")
    assert (row.address, row.name) == ("+ann@x.example", "=Ann")


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"PK\x03\x04zip", "save it as CSV"), (b" \n", "empty")]
)
def test_what_is_no_table_is_said(content, words):
    with pytest.raises(Unreadable, match=words):
        guess(content)


@pytest.mark.parametrize("content", [b"\x00\x00\x00", b'"' * 5000, b"\xff\xfe\x00", b"a,b\n" * 3, b"@" * 200_000])
def test_garbage_is_no_crash(content):
    try:
        read(content)
    except Unreadable:
        pass
