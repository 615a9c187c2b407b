"""Who gets which letters in a digest, and that nobody gets them twice."""

import email
from datetime import timedelta
from email.policy import default

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from archive.models import Archive, Message
from groups.models import Group, Membership
from mail.digests import daily, due
from mail.models import Delivery, DigestMark, Mailbox, Outgoing, TopicChoice
from mail.outbox.personal import plain
from tests.builders import make_group, make_message, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def group():
    return make_group(digest_posts=3)


def member(group, name="Ann", delivery="digest", **fields):
    return Membership.objects.create(group=group, user=make_user(name), delivery=delivery, **fields)


def begin(group, *names, **fields):
    """Members who have chosen digests yesterday and whose hour is now."""
    members = [member(group, name, **fields) for name in names or ("Ann",)]
    due.begin_marks(NOW - timedelta(days=1))
    DigestMark.objects.update(next_at=NOW)
    return members


def post(group, count=1, **fields):
    return [make_message(group, subject=f"Seeds {n}", body=f"Forty packets, {n}.\n", **fields) for n in range(count)]


def sent(number=0):
    outgoing = Outgoing.objects.order_by("pk")[number]
    return email.message_from_bytes(plain(outgoing.template_bytes), policy=default)


def later(days=1):
    DigestMark.objects.update(next_at=NOW)
    return NOW + timedelta(days=days)


def test_at_the_hour_everything_new_comes_in_one_letter(group):
    begin(group)
    post(group, 2)
    assert due.send_due(NOW) == 1
    body = sent().get_body(("plain",)).get_content()
    assert "Forty packets, 0." in body and "Forty packets, 1." in body


def test_nothing_new_sends_nothing(group):
    begin(group)
    assert due.send_due(NOW) == 0 and not Outgoing.objects.exists()


def test_before_the_hour_nothing_is_sent_unless_it_is_full(group):
    begin(group)
    DigestMark.objects.update(next_at=NOW + timedelta(hours=3))
    post(group, 2)
    assert due.send_due(NOW) == 0
    post(group, 1)
    assert due.send_due(NOW) == 1


def test_nobody_gets_a_letter_twice(group):
    begin(group)
    post(group, 2)
    due.send_due(NOW)
    assert due.send_due(later()) == 0
    post(group, 1)
    assert due.send_due(later()) == 1
    assert "Seeds 1" not in sent(1).get_body(("plain",)).get_content()


def test_a_rolled_back_run_is_done_again(group, monkeypatch):
    begin(group)
    post(group)
    monkeypatch.setattr(due, "make_outgoing", lambda *args, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        due.send_due(NOW)
    monkeypatch.undo()
    assert due.send_due(NOW) == 1


def test_members_at_the_same_place_share_one_letter(group):
    begin(group, "Ann", "Bob", "Cem")
    post(group)
    assert due.send_due(NOW) == 3
    assert Outgoing.objects.count() == 1
    assert Delivery.objects.filter(membership__isnull=False).count() == 3


def test_a_digest_costs_the_same_for_many_members(group):
    begin(group, "Ann", "Bob")
    post(group)
    with CaptureQueriesContext(
        connection,
    ) as few:
        due.send_due(NOW)
    begin(group, *(f"Person{n}" for n in range(30)))
    post(group)
    with CaptureQueriesContext(connection) as many:
        due.send_due(later())
    assert len(many) <= len(few) + 6  # two cohorts now


def test_imported_letters_are_no_news(group):
    from tests.builders import make_transfer

    begin(group)
    post(group, transfer=make_transfer(group))
    assert due.send_due(NOW) == 0


def test_muted_topics_are_left_out_for_whoever_muted_them(group):
    ann, bob = begin(group, "Ann", "Bob")
    seeds, _ = post(group, 2)
    TopicChoice.objects.create(user=ann.user, message=seeds, wish="mute")
    due.send_due(NOW)
    to_ann = Delivery.objects.get(membership=ann).outgoing
    to_bob = Delivery.objects.get(membership=bob).outgoing
    assert b"Seeds 0" not in plain(to_ann.template_bytes) and b"Seeds 0" in plain(to_bob.template_bytes)


@pytest.mark.parametrize("trouble", ["paused", "suspended", "inactive"])
def test_who_gets_no_mail_gets_no_digest_and_no_flood_later(group, trouble):
    [ann] = begin(group)
    if trouble == "paused":
        Membership.objects.update(paused_at=NOW)
    elif trouble == "suspended":
        Mailbox.objects.create(address="ann@example.org", state="suspended")
    else:
        ann.user.is_active = False
        ann.user.save()
    post(group)
    assert due.send_due(NOW) == 0
    assert DigestMark.objects.get().last_number == 1


def test_after_a_long_silence_of_ours_all_of_it_comes_in_several_letters(group, monkeypatch):
    monkeypatch.setattr(due, "MOST_LETTERS", 4)
    begin(group)
    post(group, 10)
    assert due.send_due(NOW) == 3
    assert due.send_due(NOW) == 0


def test_plain_digests_are_of_rfc_1153(group):
    begin(group, digest_format="plain")
    post(group, 2)
    due.send_due(NOW)
    letter = sent()
    assert letter.get_content_type() == "text/plain"
    text = letter.get_content().replace("\r\n", "\n")
    assert "-" * 70 in text and text.count("\n" + "-" * 30 + "\n") == 2 and "End of Gardeners Digest" in text


def test_mime_digests_hold_each_letter_as_it_came(group):
    begin(group, digest_format="mime")
    letters = post(group, 2)
    due.send_due(NOW)
    digest = next(part for part in sent().walk() if part.get_content_type() == "multipart/digest")
    inner = [part.get_payload()[0] for part in digest.get_payload()]
    assert [part["message-id"].strip("<>") for part in inner] == [letter.message_id for letter in letters]
    assert "Forty packets, 0." in inner[0].get_content()


def test_mime_digests_hold_no_file_that_copies_do_not_hold(group):
    begin(group, digest_format="mime")
    Group.objects.update(removed_files="exe, video")
    letter = make_message(
        group, files=[("game.exe", "application/octet-stream", b"MZ-game"), ("a.txt", "text/plain", b"-")]
    )
    due.send_due(NOW)
    digest = next(part for part in sent().walk() if part.get_content_type() == "multipart/digest")
    inner = digest.get_payload()[0].get_payload()[0]
    names = [part.get_filename() for part in inner.walk() if part.get_filename()]
    assert names == ["a.txt"] and "game.exe" in inner.as_string() and "was taken out" in inner.as_string()
    assert letter.attachments.count() == 2  # the archive keeps them


def test_html_digests_have_contents_with_anchors_and_plain_twins(group):
    begin(group)
    post(group, 2)
    due.send_due(NOW)
    html = sent().get_body(("html",)).get_content()
    assert 'href="#m1"' in html and 'id="m1"' in html and "width=device-width" in html
    assert "http" not in html.split("</style>")[0].split("<style>")[0]


def test_markup_in_a_letter_stays_text(group):
    begin(group)
    make_message(group, subject="<script>alert(1)</script>", body="<img src=x onerror=alert(1)>\n")
    due.send_due(NOW)
    html = sent().get_body(("html",)).get_content()
    assert "<script" not in html and "<img" not in html


def test_quotes_are_stripped(group):
    begin(group)
    make_message(group, body="Yes!\n\nOn Monday Ann wrote:\n> Are they ripe?\n")
    due.send_due(NOW)
    assert "Are they ripe" not in sent().get_body(("plain",)).get_content()


def test_a_summary_lists_topics_only(group):
    begin(group, delivery="summary")
    post(group, 3)
    due.send_due(NOW)
    text = sent().get_body(("plain",)).get_content()
    assert "Seeds 0" in text and "Forty packets" not in text


def test_a_digest_can_be_left_with_one_click(group):
    begin(group)
    post(group)
    due.send_due(NOW)
    assert sent()["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent()["List-Id"] and sent()["Auto-Submitted"] == "auto-generated"


# One daily mail for all groups


def reader(**fields):
    ann = make_user("Ann", daily_mail=True, **fields)
    daily.send_due(NOW - timedelta(days=1))  # begins the mark
    hour_has_come()
    return ann


def hour_has_come():
    from mail.models import DailyMark

    DailyMark.objects.update(next_at=NOW, last_at=NOW - timedelta(days=1))


def joined(user, *slugs):
    return [make_group(slug, members=[user]) for slug in slugs]


def settled():
    Message.objects.update(created_at=NOW - timedelta(minutes=10))


def test_one_mail_a_day_tells_what_is_new_in_all_groups():
    gardeners, orchard = joined(reader(), "gardeners", "orchard")
    post(gardeners)
    post(orchard)
    settled()
    assert daily.send_due(NOW) == 1
    text = sent().get_body(("plain",)).get_content()
    assert "GARDENERS" in text and "ORCHARD" in text and sent()["To"] == "ann@example.org"


def test_other_peoples_groups_are_not_in_it():
    reader()
    post(make_group("secret", visibility="private", archive_access="members"))
    settled()
    assert daily.send_due(NOW) == 0


def test_it_comes_once():
    [group] = joined(reader(), "gardeners")
    post(group)
    settled()
    assert daily.send_due(NOW) == 1
    assert daily.send_due(NOW) == 0


def test_a_letter_that_comes_while_it_is_made_comes_in_the_next():
    [group] = joined(reader(), "gardeners")
    post(group)
    Message.objects.update(created_at=NOW - timedelta(seconds=30))
    assert daily.send_due(NOW) == 0
    from mail.models import DailyMark

    DailyMark.objects.update(next_at=NOW)
    assert daily.send_due(NOW + timedelta(days=1)) == 1


def test_archives_of_groups_nobody_posts_to_cost_nothing():
    reader()
    assert daily.send_due(NOW) == 0 and not Outgoing.objects.exists()
    assert Archive.objects.count() == 0
