import pytest
from django.db import DatabaseError, transaction

from groups.models import Group
from mail.inbound import spool
from mail.inbound.spool import Letter, accept, accept_all, knows
from mail.models import Door, Inbound, InboundState, Spooled
from tests.mail.doors import LETTER

pytestmark = pytest.mark.django_db

GARDENERS = "gardeners@posthouse.localhost"


def test_a_letter_becomes_a_row_for_each_recipient_and_its_bytes_are_kept_once(group):
    rows = accept(
        LETTER, "bob@example.org", [GARDENERS, "abuse@posthouse.localhost"], door=Door.LMTP, client="192.0.2.1"
    )
    assert [(row.recipient, row.group, row.state) for row in rows] == [
        (GARDENERS, group, InboundState.RECEIVED),
        ("abuse@posthouse.localhost", None, InboundState.RECEIVED),
    ]
    spooled = Spooled.objects.get()
    assert (spooled.raw_bytes, spooled.size, spooled.client) == (LETTER, len(LETTER), "192.0.2.1")


def test_octets_of_any_kind_come_back_as_they_were(group):
    raw = bytes(range(256)) * 40 + b"\n.\n\r.\r\r\n"
    accept(raw, "", [GARDENERS], door=Door.PIPE)
    assert Spooled.objects.get().raw_bytes == raw


def test_an_extension_belongs_to_its_group(group):
    (row,) = accept(LETTER, "", ["Gardeners-Subscribe@posthouse.localhost"], door=Door.LMTP)
    assert row.group == group


def test_one_recipient_named_twice_gets_one_row(group):
    (row,) = accept(LETTER, "", [GARDENERS, GARDENERS.upper()], door=Door.LMTP)
    assert row.recipient == GARDENERS


@pytest.mark.django_db(transaction=True)
def test_the_bell_is_rung_after_the_commit(group, bells):
    accept(LETTER, "", [GARDENERS], door=Door.LMTP)
    assert bells == ["mail.tasks.process_inbound"]


@pytest.mark.django_db(transaction=True)
def test_a_letter_is_not_accepted_within_a_transaction_that_may_still_fail(group):
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        accept(LETTER, "", [GARDENERS], door=Door.LMTP)
    assert not Spooled.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_all_of_a_letter_or_nothing(group, monkeypatch):
    def fails(letter, row, groups):
        raise DatabaseError("disk full")

    monkeypatch.setattr(spool, "_shares", fails)
    with pytest.raises(DatabaseError):
        accept(LETTER, "", [GARDENERS], door=Door.LMTP)
    assert not Spooled.objects.exists()


def test_the_same_key_again_is_the_same_letter(group):
    letter = Letter(LETTER, "", [GARDENERS], Door.HOOK, key="hook:1")
    first = accept_all([letter, Letter(LETTER, "", [GARDENERS], Door.LMTP)])
    again, other = accept_all([letter, Letter(LETTER, "", [GARDENERS], Door.HOOK, key="hook:2")])
    assert [row.pk for row in again] == [row.pk for row in first[0]]
    assert Spooled.objects.count() == 3
    assert other[0].pk not in [row.pk for row in again]


def test_an_envelope_that_no_database_takes_is_mended(group):
    (row,) = accept(LETTER, "bo\0b\udc80@" + "x" * 500, [GARDENERS], door=Door.PIPE, helo="\0" * 3)
    assert row.spooled.envelope_from.startswith("bob?@xxx")
    assert (len(row.spooled.envelope_from), row.spooled.helo) == (320, "")


@pytest.mark.parametrize(
    ("local", "known"),
    [("gardeners", True), ("GARDENERS", True), ("gardeners+owner", True), ("gardeners-owner", True), ("abuse", True),
     ("postmaster", True), ("florists", False), ("florists-owner", False), ("gardeners+zucchini", False), ("\udc80", False)],
)  # fmt: skip
def test_who_is_known(group, local, known):
    assert knows(f"{local}@posthouse.localhost") is known


def test_knowing_somebody_takes_one_question_and_one_about_aliases(group, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert knows("gardeners@posthouse.localhost")
    with django_assert_num_queries(2):  # no group is called gardeners-owner
        knows("gardeners-owner@posthouse.localhost")
    with django_assert_num_queries(0):
        assert not knows("gardeners@elsewhere.example")


def test_many_letters_take_no_more_statements_than_one(group, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        accept_all([Letter(LETTER, "", [GARDENERS, "abuse@posthouse.localhost"], Door.LMTP)] * 40)
    assert Inbound.objects.count() == 80


def test_a_group_deleted_meanwhile_loses_no_letter(group):
    accept(LETTER, "", [GARDENERS], door=Door.LMTP)
    Group.objects.all().delete()
    assert spool.meaning(GARDENERS).group == ""
    assert Inbound.objects.get().group is None
