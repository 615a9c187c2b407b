"""manage.py search and rebuild_index: JSON on the last line, one sentence for an error."""

import json

import pytest
from django.core.management import CommandError, call_command

from archive.management.commands import rebuild_index
from archive.management.commands import search as search_command
from archive.search.engines import engine
from tests.builders import make_message
from tests.terminal import Terminal

pytestmark = pytest.mark.django_db


def answer(capsys, *args, **options):
    call_command(*args, "--json", **options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_stranger_finds_public_letters(group, members_group, index, capsys):
    message = make_message(group)
    make_message(members_group)
    index()
    found = answer(capsys, "search", "seed")
    assert found["count"] == 1
    assert found["ms"] > 0
    assert found["hits"] == [
        {
            "message_id": message.message_id,
            "number": 1,
            "group": "gardeners",
            "subject": "Seed swap",
            "date": message.sent_at.isoformat(),
        }
    ]


def test_somebody_finds_what_they_may_read(group, members_group, bob, index, capsys):
    for place in (group, members_group):
        for _ in range(2):
            make_message(place)
    index()
    assert answer(capsys, "search", "seed", email=bob.email.upper())["count"] == 4
    within = answer(capsys, "search", "seed", group="committee", email=bob.email, sort="date", limit=1)
    assert (within["count"], [hit["number"] for hit in within["hits"]]) == (2, [2])


@pytest.mark.parametrize("options", [{"group": "nowhere"}, {"group": "committee"}, {"group": "plans"}])
def test_a_group_that_may_not_be_read_is_not_there(members_group, private_group, options):
    with pytest.raises(CommandError, match="There is no group"):
        call_command("search", "seed", **options)


def test_nobody_of_that_name():
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("search", "seed", email="who@where")


def test_people_are_answered_in_words(group, index, capsys):
    make_message(group, subject="Compost")
    index()
    call_command("search", "compots colour:red")
    captured = capsys.readouterr()
    assert "0 letters" in captured.out
    assert "colour:" in captured.err
    call_command("search", "compots")
    assert "Did you mean: compost" in capsys.readouterr().err


def test_a_missing_index_is_mentioned(group, capsys):
    make_message(group)
    assert answer(capsys, "search", "seed")["count"] == 1
    call_command("search", "seed")
    assert "missing or damaged" in capsys.readouterr().err


def test_the_index_is_rebuilt(group, capsys):
    make_message(group)
    assert answer(capsys, "rebuild_index")["messages"] == 1
    assert answer(capsys, "rebuild_index", "gardeners")["messages"] == 1
    assert answer(capsys, "search", "seed")["count"] == 1
    with pytest.raises(CommandError, match="no group 'nowhere'"):
        call_command("rebuild_index", "nowhere")


def test_a_rebuild_waits_for_another_one(group, capsys, monkeypatch):
    make_message(group)
    held = engine().places.rebuilding()
    held.__enter__()
    monkeypatch.setattr(rebuild_index.time, "sleep", lambda seconds: held.__exit__(None, None, None))
    assert answer(capsys, "rebuild_index")["messages"] == 1


@pytest.mark.parametrize("query", ["-seed", "-from:x seed", '-"a b"', "-(a OR b)", "seed", "(((", "🎉"])
def test_a_query_may_begin_with_a_minus(query):
    argv = search_command.arranged(["manage.py", "search", query, "--sort", "date", "--json"])
    parsed = search_command.Command().create_parser("manage.py", "search").parse_args(argv[2:])
    assert (parsed.query, parsed.sort, parsed.json) == (query, "date", True)


def test_bytes_that_are_no_text_are_question_marks():
    argv = ["manage.py", "search", "\udcffseed", "--group", "\udcff"]
    assert search_command.arranged(argv) == ["manage.py", "search", "?seed", "--group", "?"]


@pytest.mark.parametrize(
    "args",
    [
        ("search",),
        ("search", "x", "--sort", "odd"),
        ("search", "x", "--limit", "many"),
    ],
)
def test_wrong_arguments_are_one_sentence(args):
    done = Terminal().run(*args)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, b"", 1)
    assert b"Traceback" not in done.stderr
