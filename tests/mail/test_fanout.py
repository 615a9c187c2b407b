"""Who gets a copy of a post, and who does not."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.models import Membership
from mail.delivery.post import send_on
from mail.models import Delivery, Inbound, Mailbox, MailboxState, Outgoing, TopicChoice, TopicWish
from tests import builders


@pytest.fixture
def seeds(group):
    return builders.make_message(group, sender="Alice <alice@example.org>")


def recipients() -> list[str]:
    return sorted(Delivery.objects.values_list("address", flat=True))


def membership(group, user) -> Membership:
    return Membership.objects.get(group=group, user=user)


def change(group, user, **fields) -> None:
    Membership.objects.filter(group=group, user=user).update(**fields)


def test_every_member_gets_one_the_author_too(seeds):
    assert send_on(seeds) == 2
    assert recipients() == ["alice@example.org", "bob@example.org"]


def test_who_does_not_want_their_own_posts_gets_none(group, alice, seeds):
    change(group, alice, own_posts=False)
    send_on(seeds)
    assert recipients() == ["bob@example.org"]


def test_own_posts_are_known_by_any_address_of_the_person(group, alice):
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=alice, email="alice@work.example", verified=True)
    change(group, alice, own_posts=False)
    send_on(builders.make_message(group, sender="Alice <Alice@Work.example>"))
    assert recipients() == ["bob@example.org"]


@pytest.mark.parametrize("delivery", ["digest", "summary", "special", "none"])
def test_who_chose_another_way_gets_no_copy(group, bob, seeds, delivery):
    change(group, bob, delivery=delivery)
    send_on(seeds)
    assert "bob@example.org" not in recipients()


@pytest.mark.parametrize(
    "delivery, wish, gets", [("none", "follow", True), ("every", "mute", False), ("digest", "mute", False)]
)
def test_a_topic_is_followed_and_muted(group, bob, seeds, delivery, wish, gets):
    change(group, bob, delivery=delivery)
    TopicChoice.objects.create(user=bob, message=seeds, wish=wish)
    send_on(builders.make_message(group, parent=seeds))
    assert ("bob@example.org" in recipients()) is gets


def test_the_later_choice_counts(group, bob, seeds):
    answer = builders.make_message(group, parent=seeds)
    TopicChoice.objects.create(user=bob, message=seeds, wish=TopicWish.MUTE, at=timezone.now() - timedelta(days=1))
    TopicChoice.objects.create(user=bob, message=answer, wish=TopicWish.FOLLOW)
    send_on(answer)
    assert "bob@example.org" in recipients()


def test_another_topic_is_not_muted(group, bob, seeds):
    TopicChoice.objects.create(user=bob, message=seeds, wish=TopicWish.MUTE)
    send_on(builders.make_message(group, subject="Something else"))
    assert "bob@example.org" in recipients()


def test_a_paused_member_a_closed_account_and_a_dead_mailbox_get_none(group, alice, bob, charlie, seeds):
    Membership.objects.create(group=group, user=charlie)
    change(group, alice, paused_at=timezone.now())
    Mailbox.objects.create(address="bob@example.org", state=MailboxState.SUSPENDED)
    charlie.is_active = False
    charlie.save()
    assert send_on(seeds) == 0


def test_who_is_in_to_or_cc_gets_no_second_copy_unless_they_want_it(group, alice, bob):
    raw = b"From: Eve <eve@example.org>\nTo: g@x.example,\n BOB@example.org\nCc: alice@example.org\nSubject: x\n\nHi\n"
    change(group, alice, skip_addressed=False)
    send_on(builders.make_message(group, raw=raw))
    assert recipients() == ["alice@example.org"]


def test_mail_goes_to_the_memberships_own_address_and_never_twice(group, alice, bob, seeds):
    change(group, alice, address="shared@Example.org")
    change(group, bob, address="Shared@example.org")
    send_on(seeds)
    assert recipients() == ["shared@Example.org"]
    assert Delivery.objects.get().domain == "example.org"


def test_members_of_other_groups_get_nothing(group, charlie, seeds):
    builders.make_group("choir", owner=charlie)
    send_on(seeds)
    assert "charlie@example.org" not in recipients()


def test_large_attachments_come_as_links_to_those_who_asked_for_it(group, alice, bob):
    post = builders.make_message(group, files=[("plan.png", "image/png", bytes(range(256)) * 40)])
    change(group, bob, attachments_kb=5)
    send_on(post)
    mine, whole = (Delivery.objects.get(user=user) for user in (bob, alice))
    assert (mine.attachments_kb, whole.attachments_kb) == (5, None)
    assert b"plan.png is kept in the archive" in mine.outgoing.template_bytes
    assert mine.outgoing.size < 5000 < 10_000 < whole.outgoing.size
    assert Outgoing.objects.count() == 2


def test_a_limit_nobody_exceeds_makes_no_second_letter(group, bob):
    change(group, bob, attachments_kb=5000)
    send_on(builders.make_message(group, files=[("a.png", "image/png", b"small")]))
    assert Outgoing.objects.get().deliveries.count() == 2


def test_a_hundred_members_cost_no_more_queries_than_two(group, seeds):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            send_on(seeds)
        return len(captured)

    few = queries()
    for number in range(100):
        Membership.objects.create(group=group, user=builders.make_user(f"member{number}"))
    Delivery.objects.all().delete()
    assert queries() == few
    assert Delivery.objects.count() == 102


def test_the_letter_leaves_as_the_group_wants_it(group, seeds):
    group.subject_tag, group.footer_text = "[seeds]", "Meet at the gate."
    group.save()
    send_on(seeds)
    letter = Outgoing.objects.get()
    template = letter.template_bytes
    assert b"Subject: [seeds] " in template
    assert b"Meet at the gate." in template
    assert f"<{letter.message_id}>".encode() in template
    assert b"Archived-At: <" in template
    assert letter.queued_at is not None


def test_a_domain_that_was_seen_to_refuse_has_its_authors_replaced(group, seeds):
    from mail.models import SeenDomain

    SeenDomain.objects.create(domain="example.org")
    send_on(seeds)
    assert b"From: Alice via Riverside Gardeners <gardeners@" in Outgoing.objects.get().template_bytes


def arrived(message, **found):
    """The row of a letter that came in by mail, with what was found of its origin."""
    import zstandard

    from mail.models import Door, Inbound, Spooled
    from mail.rules.types import Authentication

    raw = message.content.raw_bytes
    spooled = Spooled.objects.create(
        raw=zstandard.compress(raw), size=len(raw), door=Door.LMTP, authentication=Authentication(**found).as_json()
    )
    return Inbound.objects.create(spooled=spooled, group=message.group, recipient=message.group.address)


@pytest.mark.parametrize("policy, replaced", [("reject", True), ("quarantine", True), ("none", False), ("", False)])
def test_an_author_is_replaced_where_their_domain_publishes_it(seeds, policy, replaced):
    send_on(seeds, arrived(seeds, dmarc="pass", policy=policy, by="us"))
    assert (b" via Riverside Gardeners <" in Outgoing.objects.get().template_bytes) is replaced


@pytest.mark.parametrize(
    ("policy", "guarded", "own", "replaced"),
    [
        ("none", ["EXAMPLE.org"], [], True),
        ("", ["org"], [], True),
        ("", ["ample.org"], [], False),
        ("reject", [], ["example.org"], False),
        ("", ["org"], ["example.org"], False),
    ],
)
def test_what_operators_say_of_a_domain_counts_more_than_what_it_publishes(
    seeds, settings, policy, guarded, own, replaced
):
    settings.DMARC_GUARDED_DOMAINS, settings.DMARC_OWN_DOMAINS = guarded, own
    send_on(seeds, arrived(seeds, dmarc="pass", policy=policy, by="us"))
    assert (b" via Riverside Gardeners <" in Outgoing.objects.get().template_bytes) is replaced


def test_what_was_found_is_sealed_where_there_is_a_key(seeds, settings):
    from mail.models import SigningKey

    inbound = arrived(seeds, dkim=(("example.org", "pass"),), dmarc="pass", by="us")
    send_on(seeds, inbound)
    SigningKey.objects.create(domain=settings.MAIL_DOMAIN, selector="a", private_pem="x")
    send_on(seeds, inbound)
    without, sealed = (row.template_bytes for row in Outgoing.objects.order_by("pk"))
    assert b"ARC-" not in without
    assert sealed.startswith(b"ARC-Authentication-Results: i=1; ")
    assert b"dkim=pass header.d=example.org;\r\n dmarc=pass header.from=example.org;\r\n arc=none" in sealed


def test_what_was_written_on_the_web_goes_out_in_the_groups_name_where_the_authors_domain_forbids_others_to(
    group, seeds
):
    from mail.models import Door, SeenDomain, Spooled

    group.author_policy = "untouched"
    group.save()
    SeenDomain.objects.create(domain="example.org")
    inbound = arrived(seeds)
    send_on(seeds, inbound)
    Spooled.objects.update(door=Door.WEB)
    send_on(seeds, Inbound.objects.get())
    mailed, written = (row.template_bytes for row in Outgoing.objects.order_by("pk"))
    assert b" via Riverside Gardeners <" not in mailed
    assert b" via Riverside Gardeners <" in written


def test_who_wants_plain_text_gets_it_with_links_to_the_files(group, bob):
    change(group, bob, plain_text=True)
    files = [("plan.png", "image/png", b"x" * 5000)]
    post = builders.make_message(group, body="Come on Saturday.\n", html="<p>Come on <b>Saturday</b>.</p>", files=files)
    send_on(post)
    mine = Delivery.objects.select_related("outgoing").get(address=bob.email).outgoing.template_bytes
    assert b"Content-Type: text/plain" in mine and b"multipart" not in mine and b"<b>" not in mine
    assert b"Come on Saturday." in mine and b"plan.png: http" in mine.replace(b"=\r\n", b"")
    others = Outgoing.objects.exclude(deliveries__address=bob.email).get()
    assert b"<b>Saturday</b>" in others.template_bytes


def test_a_letter_that_is_plain_as_it_is_is_made_once(group, bob, seeds):
    change(group, bob, plain_text=True)
    send_on(seeds)
    assert Outgoing.objects.get().deliveries.count() == 2


def test_where_the_group_wants_it_so_all_copies_are_plain_text(group):
    group.as_plain_text = True
    group.save()
    send_on(builders.make_message(group, body="Come on Saturday.\n", html="<p>Come on <b>Saturday</b>.</p>"))
    template = Outgoing.objects.get().template_bytes
    assert b"Come on Saturday." in template and b"<b>" not in template
