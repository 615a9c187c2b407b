import pytest
from allauth.account.models import EmailAddress

from archive.keys import key_of
from groups.models import Ban, BanKind, Membership, Posting, Role
from mail.addressing import list_address
from mail.inbound import facts
from mail.inbound.incoming import open_letter
from tests.builders import make_message
from tests.mail.letters import arrived, raw

pytestmark = pytest.mark.django_db


def gathered(group, content=None, **fields):
    return facts.gather(open_letter(arrived(group, content, **fields)))


def test_the_queries_do_not_grow_with_the_letter(group, django_assert_max_num_queries):
    for number in range(30):
        Ban.objects.create(kind=BanKind.PATTERN, value=f"spam{number}@*")
    people = ", ".join(f"p{number}@example.org" for number in range(50))
    references = " ".join(f"<{number}@example.org>" for number in range(50))
    plain = open_letter(arrived(group))
    crowded = open_letter(
        arrived(group, raw(sender=people, references=references, Cc=people, message_id="<2@example.org>"))
    )
    for incoming in (plain, crowded):
        with django_assert_max_num_queries(8):  # the last asks about references to letters that are not here
            facts.gather(incoming)


def test_bob_is_found_by_his_own_address_in_any_case(group):
    assert gathered(group, raw(sender="BOB@Example.org")).member.role == Role.MEMBER


def test_ken_is_found_though_his_name_stands_bare_in_japanese(group, bob):
    letter = raw().replace(b"Bob <bob", "田中 <bob".encode("iso-2022-jp"))
    assert gathered(group, letter).authors == ("bob@example.org",)


@pytest.mark.parametrize("written", ["'{}'", '"gardeners"@posthouse.localhost', "Gardeners: {};"])
def test_the_group_is_addressed_however_a_program_writes_it(group, written):
    letter = raw().replace(b"To: gardeners@posthouse.localhost", f"To: {written.format(list_address(group))}".encode())
    assert gathered(group, letter).addressed


def test_a_report_that_does_not_say_of_what_kind_it_is_is_known_by_its_part(group):
    letter = (
        b"From: Bob <bob@example.org>\nSubject: Gelesen: Seeds\nContent-Type: multipart/report; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\nx\n--b\nContent-Type: message/disposition-notification\n\nDisposition: x\n--b--\n"
    )
    assert gathered(group, letter).report_type == "disposition-notification"


def test_a_stranger_is_none(group):
    assert gathered(group, raw(sender="charlie@example.net")).member is None


def test_a_member_of_another_group_is_a_stranger_here(group, members_group, charlie):
    Membership.objects.create(group=members_group, user=charlie)
    assert gathered(group, raw(sender="charlie@example.org")).member is None


def test_bob_is_found_by_a_confirmed_address_and_not_by_any_other(group, bob):
    EmailAddress.objects.create(user=bob, email="bob@work.example", verified=True)
    EmailAddress.objects.create(user=bob, email="not-yet@work.example", verified=False)
    assert gathered(group, raw(sender="bob@work.example")).member is not None
    assert gathered(group, raw(sender="not-yet@work.example", message_id="<2@x.example>")).member is None


def test_bob_is_found_by_the_address_this_groups_mail_goes_to(group, bob):
    Membership.objects.filter(group=group, user=bob).update(address="bob+garden@example.net")
    assert gathered(group, raw(sender="bob+garden@example.net")).member is not None


def test_of_several_authors_the_one_who_may_least_counts(group, bob):
    Membership.objects.filter(user=bob).update(posting=Posting.MODERATED)
    assert gathered(group, raw(sender="alice@example.org, bob@example.org")).member.posting == Posting.MODERATED


def test_one_stranger_among_the_authors_makes_it_a_strangers_post(group):
    assert gathered(group, raw(sender="alice@example.org, charlie@example.net")).member is None


def test_a_display_name_is_no_address(group):
    """Decoded, it would read: alice@example.org, <evil@example.net>."""
    post = gathered(group, b"From: =?utf-8?q?alice=40example=2Eorg=2C?= <evil@example.net>\nTo: x@y.example\n\nHello\n")
    assert post.authors == ("evil@example.net",)


def test_an_address_in_quotation_marks_is_no_author(group):
    assert gathered(group, raw(sender='"alice@example.org" <evil@example.net>')).authors == ("evil@example.net",)


def test_a_group_in_from_gives_its_members(group):
    post = gathered(group, b"From: Committee: alice@example.org, bob@example.org;\nTo: x@y.example\n\nHello\n")
    assert post.authors == ("alice@example.org", "bob@example.org")


@pytest.mark.parametrize("header", [b"", b"From: undisclosed-senders:;\n", b"From:\n"])
def test_where_from_says_nothing_sender_does(group, header):
    assert gathered(group, header + b"Sender: bob@example.org\n\nHello\n").authors == ("bob@example.org",)


def test_where_nobody_is_named_nobody_is_the_author(group):
    post = gathered(group, b"Subject: Hello\n\nHello\n")
    assert (post.authors, post.member) == ((), None)


def test_who_is_signed_in_is_the_member_whatever_from_says(group, bob):
    post = gathered(group, raw(sender="somebody@example.net"), sender=bob)
    assert post.signed_in
    assert post.member.role == Role.MEMBER


@pytest.mark.parametrize(
    ("kind", "value", "of_site"),
    [
        (BanKind.ADDRESS, "bob@example.org", False),
        (BanKind.DOMAIN, "example.org", True),
        (BanKind.DOMAIN, "@example.org", False),
        (BanKind.PATTERN, "b*@example.org", True),
    ],
)
def test_bans_of_group_and_site_are_found(group, kind, value, of_site):
    Ban.objects.create(group=None if of_site else group, kind=kind, value=value)
    assert gathered(group).ban.on_site is of_site


def test_a_ban_concerns_the_envelope_sender_too(group):
    Ban.objects.create(kind=BanKind.DOMAIN, value="spam.example")
    assert gathered(group, envelope_from="x@mail.spam.example").ban.value == "spam.example"


def test_bans_of_other_groups_and_people_are_not_ours(group, members_group):
    Ban.objects.create(group=members_group, value="bob@example.org")
    Ban.objects.create(group=group, value="bobby@example.org")
    assert gathered(group).ban is None


@pytest.mark.parametrize(
    ("to", "more", "addressed"),
    [
        ("gardeners@posthouse.localhost", {}, True),
        ("Gardeners@POSTHOUSE.localhost", {}, True),
        ("bob@example.org", {"Cc": "X <gardeners@posthouse.localhost>"}, True),
        ("bob@example.org", {"Resent-To": "gardeners@posthouse.localhost"}, True),
        ("bob@example.org", {}, False),
    ],
)
def test_whether_the_group_is_named(group, to, more, addressed):
    assert gathered(group, raw(to, **more)).addressed is addressed


def test_an_answer_refers_to_a_letter_of_this_group(group, members_group):
    make_message(group, message_id="here@example.org")
    make_message(members_group, message_id="elsewhere@example.org")
    assert gathered(group, raw(In_Reply_To="<here@example.org>")).is_answer
    assert not gathered(group, raw(In_Reply_To="<elsewhere@example.org>", message_id="<2@x.example>")).is_answer


def test_a_letter_that_waits_already_is_a_duplicate_and_another_of_that_id_is_not(group):
    held = arrived(group)
    known = {"message_id": "swap-1@example.org", "message_id_key": key_of("swap-1@example.org")}
    type(held).objects.update(state="held", **known)
    assert gathered(group).is_duplicate
    assert not gathered(group, raw(body="Other words.\n")).is_duplicate


def test_the_authors_words_are_told_from_the_quote(group):
    post = gathered(group, raw(body="I come.\n\nOn Monday Marta wrote:\n> Who comes?\n"))
    assert "I come." in post.text
    assert "Who comes?" not in post.text
    assert "Who comes?" in post.quoted


def test_scores_in_headers_and_of_the_filter_the_highest_counts(group):
    incoming = open_letter(arrived(group, raw(X_Spam_Score="2.5")))
    incoming.spam_score = 6.0
    assert facts.gather(incoming).spam_score == 6.0
    assert gathered(group, raw(X_Spam_Score="2.5", message_id="<2@x.example>")).spam_score == 2.5
