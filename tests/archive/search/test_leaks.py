"""Letters of members and of unfinished imports show in no hit, count, facet, suggestion or passage of a stranger."""

import pytest

from archive.models import Archive, Message
from archive.search import facets_of, matching, search
from groups.models import ArchiveAccess, Group, Membership
from tests.archive.search.conftest import look
from tests.builders import make_group, make_message, make_transfer

pytestmark = pytest.mark.django_db
ENGINES = ["tantivy", "whoosh"]


@pytest.fixture(params=ENGINES, autouse=True)
def _engine(request, settings, own_index):
    settings.SEARCH_ENGINE = request.param


def counts(text, **options):
    user = options.pop("user", None)
    results = search(text, user=user, facets=True, **options)
    facets = results.facets
    attachments = facets.attachments if facets else (0, 0)
    later = facets_of(text, user=user, **options)
    assert (later.attachments if later else (0, 0)) == attachments
    assert not later or (later.years, later.authors, later.groups) == (facets.years, facets.authors, facets.groups)
    assert sum(len(chunk.keys) for chunk in matching(text, user=user, **options)) == results.count
    total = sum(count for *_, count in [*facets.years, *facets.authors, *facets.groups]) if facets else 0
    return len(results.hits), results.count, sum(attachments), total, results.suggestion


def test_members_letters_are_for_members(members_group, private_group, bob, charlie, index):
    make_message(members_group, subject="Zucchini", sender="Secret Person <s@p.example>", files=[("z.txt", "a/b", b"")])
    secret = make_message(private_group, subject="Zucchini")
    index()
    nothing = (0, 0, 0, 0, "")
    for user in (None, charlie):
        for text in (
            "zucchini",
            "from:secret",
            "has:attachment",
            "-nothing",
            "in:plans",
            "zuc*",
            "zuchini",
            "date:1990..",
            f"<{secret.message_id}>",
            f"message-id:{secret.message_id}",
            "is:unread",
            "-is:read",
        ):
            assert counts(text, user=user) == nothing, text
        assert counts("zucchini", user=user, group=private_group) == nothing
    assert counts("zucchini", user=bob)[:3] == (2, 2, 2)


def test_a_suggestion_is_never_a_word_of_others(members_group, group, bob, index):
    make_message(members_group, subject="Zucchini")
    make_message(group, subject="Zucchero")
    index()
    assert look("zuchini").suggestion == ""
    assert look("zuchini", user=bob).suggestion == "zucchini"
    assert look("zucchini").suggestion == ""


def test_a_group_that_closes_is_closed_at_once_and_one_that_opens_is_open(group, members_group, index):
    make_message(group)
    make_message(members_group)
    index()
    assert look("seed", facets=True).facets.groups[0][0] == "gardeners"
    Group.objects.filter(pk=group.pk).update(archive_access=ArchiveAccess.MEMBERS)
    Group.objects.filter(pk=members_group.pk).update(archive_access=ArchiveAccess.PUBLIC)
    assert [slug for slug, _, _ in look("seed", facets=True).facets.groups] == ["committee"]


def test_a_member_who_leaves_finds_nothing_any_more(members_group, bob, index):
    make_message(members_group)
    index()
    assert look("seed", user=bob).count == 1
    Membership.objects.filter(user=bob).delete()
    assert look("seed", user=bob).count == 0


def test_an_inactive_account_is_a_stranger(members_group, bob, index):
    make_message(members_group)
    index()
    bob.is_active = False
    assert look("seed", user=bob).count == 0


def test_an_unfinished_import_is_unseen_by_members_too(members_group, bob, index):
    transfer = make_transfer(members_group, staged=True)
    make_message(members_group, transfer=transfer, subject="Zucchini")
    index()
    assert counts("zucchini", user=bob) == counts("zucchini", user=bob, group=members_group) == (0, 0, 0, 0, "")
    Archive.objects.update(staging=[])
    assert look("zucchini", user=bob).count == look("zucchini", user=bob, group=members_group).count == 1


def test_hidden_letters_are_not_found_even_before_the_index_knows(group, index):
    letter = make_message(group)
    index()
    Message.objects.filter(pk=letter.pk).update(hidden_at=letter.sent_at)
    assert look("seed").hits == []
    index()
    assert look("seed").count == 0


def test_a_letter_moved_by_a_stale_index_is_checked_again(group, members_group, index):
    letter = make_message(group)
    index()
    Message.objects.filter(pk=letter.pk).update(group=members_group, number=99)
    assert look("seed").hits == []


def test_a_group_that_is_gone_leaves_no_trace(bob, index, group):
    make_message(make_group("choir", members=[bob]))
    make_message(group)
    index()
    Group.objects.get(slug="choir").delete()
    assert counts("seed", user=bob)[:2] == (1, 1)


def test_names_of_private_groups_are_not_confirmed(private_group, charlie, index):
    index()
    for slug in ("plans", "no-such-group"):
        assert look(f"in:{slug}", user=charlie).problems == [f"There is no group “{slug}” whose letters you may read."]


def test_threads_of_private_groups_are_not_confirmed(private_group, group, charlie, index):
    letter = make_message(private_group)
    index()
    there, absent = look(f"thread:<{letter.message_id}>", user=charlie), look("thread:<no@where>", user=charlie)
    assert (there.count, there.problems) == (absent.count, absent.problems) == (0, [])


def test_message_ids_of_private_groups_are_not_confirmed(private_group, group, bob, charlie, index):
    letter = make_message(private_group, message_id="same@both.example")
    other = make_message(group, message_id="same@both.example")
    index()
    assert [hit.message for hit in look("<same@both.example>").hits] == [other]
    assert [hit.message for hit in look("message-id:same@both.example", user=charlie).hits] == [other]
    assert {hit.message for hit in look("same@both.example", user=bob).hits} == {letter, other}
