"""Bringing archives in and taking them out on the command line, as an operator's script would.

What is data stands on standard output, what is said to people on standard error; errors are one sentence and exit 1.
"""

import gzip
import json
import mailbox
import os
import signal
import time

import pytest

from archive.models import Transfer
from benchmarks.letters import Writer
from groups.models import Membership
from tests.archive.letters import letter, mbox
from tests.builders import make_user
from tests.house import own_house
from tests.terminal import Terminal

KEYS = ["messages", "imported", "duplicates", "quarantined", "threads", "corrected_dates", "seconds", "batch"]


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """For what only a real process shows."""
    with own_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def terminal(db):
    return Terminal()


@pytest.fixture
def archive_file(tmp_path):
    return mbox(
        tmp_path / "list.mbox", [letter(1), letter(2, refs=(1,)), letter(2, refs=(1,)), letter(4, subject="Fence")]
    )


def refusal(done):
    """The one sentence of a command that refused."""
    said = done.stderr.decode()
    assert (done.returncode, done.stdout) == (1, b""), said
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1, said
    return said.strip()


def answer(done):
    """The JSON on the last line; nothing else stands on standard output."""
    assert done.returncode == 0, done.stderr.decode()
    (line,) = done.stdout.decode().splitlines()
    return json.loads(line)


def test_an_import_ends_with_one_line_of_json_and_a_second_one_imports_nothing(terminal, archive_file):
    first = answer(terminal.run("import_archive", "first", archive_file, "--create", "--json"))
    assert list(first) == KEYS
    assert [first[key] for key in KEYS[:6]] == [4, 3, 1, 0, 2, 0]
    again = answer(terminal.run("import_archive", "first", archive_file, "--json"))
    assert [again[key] for key in KEYS[:6]] == [4, 0, 4, 0, 0, 0]
    assert again["batch"] > first["batch"]


def test_without_json_it_is_a_sentence_that_says_how_to_undo_it(terminal, archive_file):
    said = terminal.manage("import_archive", "sentence", archive_file, "--create")
    assert said.startswith("4 letters read: 3 imported in 2 new topics, 1 there already")
    assert "manage.py undo_import" in said
    assert said.strip().endswith("/g/sentence/")


def test_a_group_that_an_import_starts_belongs_to_whom_the_operator_says(terminal, archive_file):
    ann = make_user("Ann")
    terminal.manage("import_archive", "owned", archive_file, "--create", "--owner", ann.email.upper())
    membership = Membership.objects.get(group__slug="owned")
    assert (membership.user, membership.role) == (ann, "owner")
    asked = terminal.run("import_archive", "unowned", archive_file, "--create", "--owner", "nobody@example.org")
    assert refusal(asked).startswith("Nobody here has the address nobody@example.org.")


def test_a_dry_run_reports_and_stores_nothing_not_even_the_group(terminal, archive_file):
    report = answer(terminal.run("import_archive", "nowhere", archive_file, "--dry-run", "--create", "--json"))
    assert (report["dry_run"], report["messages"], report["new"], report["duplicates"]) == (True, 4, 3, 1)
    assert (report["imported"], report["threads"]) == (3, 2)
    assert report["years"] == {"2004": 4}
    assert "There is no group 'nowhere'" in refusal(terminal.run("dump_threads", "nowhere", "--json"))


def test_several_sources_are_one_batch(terminal, archive_file, tmp_path):
    (tmp_path / "single.eml").write_bytes(letter(9))
    done = answer(
        terminal.run("import_archive", "several", archive_file, tmp_path / "single.eml", "--create", "--json")
    )
    assert (done["messages"], done["imported"]) == (5, 4)


def test_an_import_is_undone_as_one_batch_and_only_once(terminal, archive_file):
    batch = answer(terminal.run("import_archive", "undone", archive_file, "--create", "--json"))["batch"]
    assert answer(terminal.run("undo_import", batch, "--json")) == {"batch": batch, "removed": 3}
    assert terminal.manage("dump_threads", "undone", "--json") == ""
    assert refusal(terminal.run("undo_import", batch)) == f"Import {batch} cannot be undone now: it is undone."


def refused_imports(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "nothing.mbox").touch()
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2000))
    (tmp_path / "notes.txt").write_text("Nothing here is mail.\n" * 50)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    return {
        "missing": "does not exist.",
        "loop": "cannot be opened",
        "empty": "holds no mail that could be recognised.",
        "nothing.mbox": "is empty",
        "picture.png": "What can be read: mbox",
        "notes.txt": "What can be read: mbox",
    }


def test_what_cannot_be_imported_is_said_in_one_sentence(terminal, tmp_path):
    for name, words in refused_imports(tmp_path).items():
        for extra in ((), ("--dry-run",)):
            assert words in refusal(
                terminal.run("import_archive", "refused", tmp_path / name, "--create", "--json", *extra)
            )


def test_no_group_is_started_for_a_file_that_cannot_be_read(terminal, tmp_path):
    (tmp_path / "notes.txt").write_text("Nothing here is mail.\n")
    os.mkfifo(tmp_path / "pipe")
    for name in ("notes.txt", "pipe"):
        refusal(terminal.run("import_archive", "unborn", tmp_path / name, "--create"))
        assert refusal(terminal.run("dump_threads", "unborn", "--json")) == "There is no group 'unborn'."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said_in_one_sentence(house, archive_file):
    archive_file.chmod(0)
    assert "permission denied" in refusal(house.run("import_archive", "refused", archive_file, "--create"))


def test_an_unknown_group_or_batch_is_said_in_one_sentence(terminal, archive_file):
    assert refusal(terminal.run("import_archive", "unknown", archive_file)) == (
        "There is no group 'unknown'. Add --create to start it."
    )
    assert "cannot be a group's short name" in refusal(
        terminal.run("import_archive", "Not a Slug!", archive_file, "--create")
    )
    assert refusal(terminal.run("undo_import", 999999)) == "There is no import 999999."
    assert refusal(terminal.run("undo_import", "first")).startswith("Argument BATCH: invalid int value")
    assert refusal(terminal.run("export_archive", "unknown", "-o", "-")) == "There is no group 'unknown'."
    assert refusal(terminal.run("dump_threads", "unknown")) == "There is no group 'unknown'."
    assert "required: GROUP, SOURCE" in refusal(terminal.run("import_archive"))


def test_interrupted_it_says_how_to_go_on_and_does(house, tmp_path):
    source = tmp_path / "list.mbox"
    source.write_bytes(b"".join(Writer(seed=3, words=500, people=50).letters(3000)))
    house.environment["IMPORT_BATCH"] = "20"
    process = house.start("manage.py", "import_archive", "interrupted", source, "--create", "--json")
    while not (some := house.stored("interrupted")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate()
    assert (process.returncode, out, said) == (130, "", "Interrupted. The same command again goes on from here.\n")
    assert some < 3000
    again = house.run("import_archive", "interrupted", source, "--json")
    assert b"Going on with import" in again.stderr
    assert answer(again)["imported"] == 3000


def test_an_export_goes_to_a_file_packed_or_not(terminal, archive_file, tmp_path):
    terminal.manage("import_archive", "exported", archive_file, "--create")
    plain, packed = tmp_path / "out.mbox", tmp_path / "out.mbox.gz"
    assert answer(terminal.run("export_archive", "exported", "-o", plain, "--json")) == {
        "messages": 3,
        "file": str(plain),
    }
    terminal.manage("export_archive", "exported", "-o", packed)
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert packed.read_bytes()[:2] == b"\x1f\x8b"
    assert len(mailbox.mbox(plain)) == 3


def test_an_export_that_cannot_be_written_is_said_in_one_sentence_and_spares_what_was_there(
    terminal, archive_file, tmp_path
):
    terminal.manage("import_archive", "unwritten", archive_file, "--create")
    assert "cannot be written: No such file or directory" in refusal(
        terminal.run("export_archive", "unwritten", "-o", tmp_path / "no" / "where.mbox")
    )
    assert "cannot be written: No space left on device" in refusal(
        terminal.run("export_archive", "unwritten", "-o", "/dev/full")
    )


def test_an_export_to_standard_output_is_nothing_but_the_letters_and_its_reader_may_go_away(house, archive_file):
    assert answer(house.run("import_archive", "piped", archive_file, "--create", "--json"))["imported"] == 3
    streamed = house.run("export_archive", "piped", "-o", "-")
    assert (streamed.returncode, streamed.stderr) == (0, b"3 letters written.\n")
    assert streamed.stdout.count(b"\nMessage-ID: <m") == 3
    process = house.start("manage.py", "export_archive", "piped", "-o", "-")
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert process.wait() in (0, 1)
    assert "Traceback" not in said


def test_threads_are_printed_one_a_line_with_parents(terminal, archive_file):
    terminal.manage("import_archive", "threads", archive_file, "--create")
    lines = [json.loads(line) for line in terminal.manage("dump_threads", "threads", "--json").splitlines()]
    assert lines == [
        {"thread": 1, "messages": [["m1@example.org", None], ["m2@example.org", "m1@example.org"]]},
        {"thread": 3, "messages": [["m4@example.org", None]]},
    ]
    assert "m2@example.org  <- m1@example.org" in terminal.manage("dump_threads", "threads")


def test_nothing_is_read_or_written_where_the_database_is_away(house, archive_file, tmp_path):
    if house.database:
        house.environment["DATABASE_URL"], before = "postgresql://nobody@127.0.0.1:1/none", house.database
    else:
        house.environment["POSTHOUSE_VAR"], before = str(tmp_path / "new"), str(house.var)
    try:
        assert refusal(house.run("dump_threads", "threads")).startswith("The database did not answer")
    finally:
        house.environment["DATABASE_URL" if house.database else "POSTHOUSE_VAR"] = before


@pytest.mark.django_db
def test_an_import_that_another_process_runs_is_left_alone(archive_file, group):
    from django.core.management import CommandError, call_command

    from archive.actions.transfers import claim, plan_import

    transfer = plan_import(group=group, sources=[archive_file.resolve()])
    assert claim(transfer)
    with pytest.raises(CommandError, match="is being run by another process"):
        call_command("import_archive", group.slug, str(archive_file))
    assert Transfer.objects.count() == 1
