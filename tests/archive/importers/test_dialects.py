"""What each dialect does to lines that begin with "From ", undone."""

from archive.importers.readers.quoting import unquote
from archive.mboxrd import quote
from tests.archive.importers.sources import DATE, fixture, letter, mbox, mbox_of, read


def test_mboxrd_takes_one_mark_from_every_quoted_from():
    one, two = fixture("mboxrd.mbox").entries()
    assert one.raw.endswith(b"\nFrom the beginning,\n>From a reply,\n>>From a reply to a reply.\n> >From stays.\n")
    assert two.raw.endswith(b"\n>From a reply,\n>like this\n")
    assert fixture("mboxrd.mbox").dialect == "mboxrd"


def test_mboxo_takes_the_mark_only_where_nobody_was_quoting():
    one, two = fixture("mboxo.mbox").entries()
    assert one.raw.endswith(b"\nFrom the beginning.\n")
    assert two.raw.endswith(b"\n>From the beginning.\n>And on.\n\nCarol wrote:\n>>From time to time\n>>it rains.\n")
    assert fixture("mboxo.mbox").dialect == "mboxo"


def test_mboxcl2_trusts_a_length_that_leads_to_a_from_line_and_alters_nothing():
    one, two, *_ = found = list(fixture("mboxcl2.mbox").entries())
    assert fixture("mboxcl2.mbox").dialect == "mboxcl2" and len(found) == 4
    assert one.raw.endswith(b"\n>From me, unchanged.\n") and b"is not a message here" in one.raw
    assert two.raw.endswith(b"\nshort, and its length is a lie\n")


def test_mboxcl_takes_the_mark_off_too():
    data = mbox(letter("one", ">From afar", Content_Length="11")) * 2
    assert mbox_of(data).dialect == "mboxcl"
    assert read(data)[0].raw.endswith(b"\nFrom afar\n")


def test_a_length_that_counts_no_final_newline_is_trusted():
    data = f"From a {DATE}\nSubject: x\nContent-Length: 3\n\nend\n".encode() * 3
    assert [entry.raw for entry in read(data)] == [b"Subject: x\nContent-Length: 3\n\nend"] * 3


def test_lengths_that_lead_nowhere_are_ignored():
    data = mbox(*[letter("x", "text", Content_Length=length) for length in ("3", "999999", "0", "99999999999999")])
    assert len(read(data)) == 4 and mbox_of(data).dialect == "mboxo"


def test_a_uucp_envelope_in_the_header_stays():
    data = mbox(b">From alice Thu Jan  1 00:00:01 2004 remote from uunet\nSubject: x\n\n>From me\n")
    assert read(data)[0].raw == b">From alice Thu Jan  1 00:00:01 2004 remote from uunet\nSubject: x\n\nFrom me\n"


def test_quoting_and_unquoting_are_inverse():
    raw = b"From \n>From x\n>>>From y\n>>\n> From z\nFrom"
    assert quote(raw) == b">From \n>>From x\n>>>>From y\n>>\n> From z\nFrom"
    assert unquote(quote(raw), "mboxrd", 0) == raw


def test_lines_of_nothing_but_marks_are_read_in_linear_time():
    hostile = letter("x", ">" * 2_000_000 + "\n" + ">>From a\n" * 50_000)
    assert len(read(mbox(hostile, letter("y")))) == 2
