"""How one letter is read, on the command line: from a file, and from standard input."""

import hashlib
import json
import os

import pytest

from archive.importers.readers.types import LARGEST_MESSAGE
from tests.archive.commands.test_archives import answer, refusal
from tests.terminal import Terminal

LETTER = """\
From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>
To: Allotments <list@example.org>
Subject: Plan
Message-ID: <plan@example.org>
X-Colour: red\x1b[2J\u202eevil
In-Reply-To: <ask@example.org>
Date: Sat, 01 May 2004 09:00:00 +0200
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8

<p onclick="steal()">The plan, for <a href="mailto:ann@example.org">Ann</a>.</p><script>alert(1)</script>
--x
Content-Type: text/csv; name="beds.csv"
Content-Disposition: attachment; filename="../../beds.csv"

1,2
--x--
"""


@pytest.fixture
def terminal():
    return Terminal()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "plan.eml"
    path.write_text(LETTER, "utf-8")
    return path


def test_a_letter_is_described_whole(terminal, file):
    told = answer(terminal.run("parse_message", file, "--json"))
    assert told["from"] == {"name": "Jörg", "address": "joerg@example.org"}
    assert (told["message_id"], told["references"], told["subject"]) == (
        "plan@example.org",
        ["ask@example.org"],
        "Plan",
    )
    assert (told["date"], told["date_source"], told["utc_offset"]) == ("2004-05-01T07:00:00+00:00", "date", 120)
    assert ["Subject", "Plan"] in told["headers"]
    assert ["X-Colour", "red[2Jevil"] in told["headers"]
    assert "The plan, for Ann" in told["text"]
    assert "<script" not in told["html"]
    assert "onclick" not in told["html"]
    assert "mailto:ann@example.org" in told["html"]
    (part,) = told["attachments"]
    assert (part["name"], part["type"], part["size"]) == ("beds.csv", "text/csv", 3)
    assert part["sha256"] == hashlib.sha256(b"1,2").hexdigest()


def test_standard_input_is_read_as_well(terminal, file):
    from_file, from_pipe = (
        terminal.run("parse_message", file, "--json"),
        terminal.run("parse_message", "-", "--json", stdin=file.read_bytes()),
    )
    assert from_pipe.stdout == from_file.stdout


@pytest.mark.parametrize("raw", [b"", b"\0\xff\xfe", b"From: \xe9\r\n\r\n\x80", b"Subject: =?utf-16?b?2A==?=\n\nx"])
def test_whatever_the_bytes_it_answers(terminal, raw):
    told = answer(terminal.run("parse_message", "-", "--json", stdin=raw))
    assert told["size"] == len(raw)


def test_words_for_people_without_json(terminal, file):
    said = terminal.manage("parse_message", file)
    assert "Subject: Plan" in said
    assert "Attachment: beds.csv, text/csv, 3 bytes" in said


def test_a_reply_is_split(terminal):
    body = "Yes, please.\n\nOn Sat, 1 May 2004, Ann wrote:\n> Seeds?\n\n-- \nJörg\n".encode()
    told = answer(terminal.run("split_reply", "-", "--json", stdin=body))
    assert list(told) == ["visible", "quoted", "signature"]
    assert told["visible"].strip() == "Yes, please."
    assert "Seeds?" in told["quoted"]
    assert "Jörg" in told["signature"]


def test_files_that_are_not_there_are_said_in_one_sentence(terminal, tmp_path):
    for command in ("parse_message", "split_reply"):
        missing = tmp_path / "missing"
        assert (
            refusal(terminal.run(command, missing, "--json")) == f"{missing} cannot be read: No such file or directory."
        )
        assert refusal(terminal.run(command, tmp_path)) == f"{tmp_path} cannot be read: Is a directory."
    assert json.loads(terminal.run("split_reply", "-", "--json", stdin=b"\xff\0").stdout)


@pytest.mark.parametrize("command", ["parse_message", "split_reply"])
def test_what_is_no_file_is_refused_and_a_pipe_nobody_writes_to_is_empty(terminal, tmp_path, command):
    assert refusal(terminal.run(command, "/dev/zero", "--json")).endswith("it is neither a file nor a pipe.")
    assert refusal(terminal.run(command, tmp_path, "--json")).endswith("Is a directory.")
    os.mkfifo(tmp_path / "pipe")
    assert answer(terminal.run(command, tmp_path / "pipe", "--json"))


def test_a_file_that_is_larger_than_any_letter_is_refused(terminal, tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(LARGEST_MESSAGE + 1)
    assert refusal(terminal.run("parse_message", tmp_path / "large", "--json")).endswith(
        "larger than 64 MiB; no letter is."
    )


def test_the_answer_is_one_line_whatever_counts_as_the_end_of_a_line(terminal):
    told = answer(terminal.run("split_reply", "-", "--json", stdin="one\u2028two\x85three\x0bfour".encode()))
    assert told["visible"] == "one\u2028two\x85three\x0bfour"


def test_a_terminal_that_knows_no_umlaut_is_no_reason_to_fail(terminal):
    told = answer(terminal.run("split_reply", "-", "--json", stdin="Jörg 😀".encode(), encoding="ascii"))
    said = terminal.run("split_reply", "-", stdin="Jörg".encode(), encoding="ascii")
    assert told["visible"] == "Jörg 😀"
    assert (said.returncode, said.stdout) == (0, b"J\\xf6rg\n")
