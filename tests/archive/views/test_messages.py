import pytest

from tests.builders import FIRST_DATE, make_group, make_message, make_thread, make_transfer

pytestmark = pytest.mark.django_db


def test_a_letter_is_found_by_number_and_by_message_id(client, group):
    make_message(group, body="Forty packets", message_id="seed.1@riverside.example")
    for url in ("/g/gardeners/message/1/", "/g/gardeners/m/seed.1@riverside.example/"):
        page = client.get(url).content.decode()
        assert "Forty packets" in page
        assert '<link rel="canonical" href="http://localhost:8000/g/gardeners/m/seed.1@riverside.example/">' in page


@pytest.mark.parametrize(
    "message_id", ["a/b//c@x", "ünï@x", "50%25@x", "a b@x", "x@y/raw", "q?r#s@x", "a+b=c@x", "'\"@x"]
)
def test_odd_message_ids_have_an_address_that_leads_to_them(client, group, message_id):
    letter = make_message(group, message_id=message_id)
    url = client.get(f"/g/gardeners/message/{letter.number}/").context["url"]
    assert client.get(url).context["letter"] == letter


@pytest.mark.parametrize("message_id", ["../../x@y", "a/./b@x", "/lead@x", "tail/", "line\nbreak@x", "x" * 900])
def test_message_ids_that_no_address_can_hold_go_by_number(client, group, message_id):
    make_message(group, message_id=message_id)
    assert client.get("/g/gardeners/message/1/").context["url"] == "/g/gardeners/message/1/"


@pytest.mark.parametrize(
    "spelling", ["<seed@x.example>", "%3Cseed@x.example%3E", "%253Cseed%2540x.example%253E", " seed@x.example "]
)
def test_message_ids_as_people_paste_them_are_understood(client, group, spelling):
    letter = make_message(group, message_id="seed@x.example")
    assert client.get(f"/g/gardeners/m/{spelling}/").context["letter"] == letter


def test_several_letters_of_one_message_id_are_all_named(client, group):
    make_message(group, message_id="twice@x", body="first words")
    make_message(group, message_id="twice@x", body="second words")
    page = client.get("/g/gardeners/m/twice@x/").content.decode()
    assert "first words" in page and "1 more letter came under the same Message-ID" in page
    assert 'href="/g/gardeners/message/2/"' in page


def test_neighbours_in_the_thread_and_by_date_are_linked(client, group):
    first, other, answer = make_message(group), make_message(group), None
    answer = make_message(group, parent=first)
    letter = client.get(f"/g/gardeners/message/{first.number}/").context["letter"]
    assert (letter.previous_in_thread, letter.next_in_thread) == (None, answer.number)
    assert (letter.previous_by_date, letter.next_by_date) == (None, other.number)


def test_neighbours_of_the_same_second_are_not_skipped(client, group):
    for _ in range(3):
        make_message(group, sent_at=FIRST_DATE)
    letter = client.get("/g/gardeners/message/2/").context["letter"]
    assert (letter.previous_by_date, letter.next_by_date) == (1, 3)


def test_hidden_letters_are_neither_shown_nor_neighbours(client, group):
    make_message(group)
    make_message(group, hidden=True)
    make_message(group)
    assert client.get("/g/gardeners/message/2/").status_code == 404
    assert client.get("/g/gardeners/message/1/").context["letter"].next_by_date == 3


def test_strangers_cost_three_queries(client, group, django_assert_num_queries):
    make_thread(group, 5, files=[("a.pdf", "application/pdf", b"pdf")])
    with django_assert_num_queries(3):
        assert not client.get("/g/gardeners/message/3/").cookies


def test_signed_in_readers_cost_six_queries_at_most(signed_in, bob, group, django_assert_max_num_queries):
    make_thread(group, 5, files=[("a.pdf", "application/pdf", b"pdf")])
    browser = signed_in(bob)
    browser.get("/g/gardeners/message/3/")
    with django_assert_max_num_queries(6):
        browser.get("/g/gardeners/message/3/")


def test_all_headers_are_there_with_addresses_for_members_only(client, signed_in, bob, group):
    make_message(group, sender="Jun <jun@river.example>", message_id="kept@river-id.example")
    page = client.get("/g/gardeners/message/1/").content.decode()
    assert "jun@river.example" not in page and "jun@…" in page and "kept@river-id.example" in page
    assert "jun@river.example" in signed_in(bob).get("/g/gardeners/message/1/").content.decode()


def test_headers_are_read_however_large_the_letter_is(client, group):
    make_message(group, subject="Big one", files=[("big.bin", "application/x-big", bytes(range(256)) * 4000)])
    headers = dict(client.get("/g/gardeners/message/1/").context["headers"])
    assert headers["Subject"] == "Big one"


def test_a_corrected_date_says_where_it_was_taken_from(client, group):
    make_message(group, date_source="received", date_raw="Thu, 1 Jan 1970 00:00:00")
    page = client.get("/g/gardeners/message/1/").content.decode()
    assert "taken from the Received header" in page and "Thu, 1 Jan 1970 00:00:00" in page


def test_the_senders_own_time_stands_beside_the_readers(client, group):
    make_message(group, utc_offset=-330)
    assert "2 March 2026, 3:31 -0530" in client.get("/g/gardeners/message/1/").content.decode()


def test_times_are_in_the_readers_zone(signed_in, bob, group):
    bob.time_zone = "Asia/Tokyo"
    bob.save()
    make_message(group)
    assert "2 March 2026, 18:01</time>" in signed_in(bob).get("/g/gardeners/message/1/").content.decode()


REMOTE = '<p><img data-remote="https://pictures.example/a.png" alt=""></p>'


def test_remote_pictures_wait_until_the_reader_asks(client, group):
    make_message(group, rendered=REMOTE)
    page = client.get("/g/gardeners/message/1/")
    assert ' src="https://pictures' not in page.content.decode() and "Show them" in page.content.decode()
    assert "https:" not in page["Content-Security-Policy"]
    shown = client.get("/g/gardeners/message/1/?remote=1")
    assert ' src="https://pictures.example/a.png"' in shown.content.decode()
    assert "img-src 'self' data: https:" in shown["Content-Security-Policy"]


def test_asking_for_remote_pictures_of_a_letter_without_any_opens_nothing(client, group):
    make_message(group)
    assert "https:" not in client.get("/g/gardeners/message/1/?remote=1")["Content-Security-Policy"]


def test_attached_pictures_in_the_body_come_from_the_house(client, group):
    make_message(group, rendered='<img src="part:1" alt="">', files=[("p.png", "image/png", b"x")])
    page = client.get("/g/gardeners/message/1/").content.decode()
    assert 'src="/g/gardeners/message/1/attachment/1/picture-1"' in page
    assert "p.png" not in page


def test_the_text_can_be_had_plain_or_with_fixed_width(client, group):
    make_message(group, body="a < b\n  ask jun@river.example", rendered="<p>laid out</p>")
    page = client.get("/g/gardeners/message/1/?fixed=1").content.decode()
    assert '<pre class="whole-text fixed" dir="auto">a &lt; b\n  ask jun@…' in page and "<p>laid out" not in page


def test_members_get_the_source_byte_for_byte(signed_in, bob, group):
    raw = b"From: Jun <jun@river.example>\r\nSubject: \xff\r\n\r\nbytes\x00\r\n"
    make_message(group, raw=raw)
    response = signed_in(bob).get("/g/gardeners/message/1/raw")
    assert response.content == raw and response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"] == 'attachment; filename="gardeners-1.eml"'
    assert signed_in(bob).get("/g/gardeners/message/1/raw?as=text").content == raw


def test_strangers_get_the_source_as_text_with_addresses_shortened(client, group):
    make_message(group, raw=b"From: Jun <jun@river.example>\n\nor ann@hill.example\n", message_id="one@x")
    for url in ("/g/gardeners/message/1/raw", "/g/gardeners/m/one@x/raw"):
        response = client.get(url)
        assert response.content == b"From: Jun <jun@...>\n\nor ann@...\n"
        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["X-Content-Type-Options"] == "nosniff"


def test_a_message_id_is_looked_up_in_every_group_one_may_read(client, signed_in, bob, group, private_group):
    make_message(group, message_id="here@x")
    make_message(private_group, message_id="there@x")
    make_message(private_group, message_id="here@x")
    assert client.get("/r/<here@x>/")["Location"] == "/g/gardeners/m/here@x/"
    assert signed_in(bob).get("/r/there@x/")["Location"] == "/g/plans/m/there@x/"
    both = signed_in(bob).get("/r/here@x/").content.decode()
    assert "/g/gardeners/m/here@x/" in both and "/g/plans/m/here@x/" in both


def test_the_look_up_answers_the_same_for_the_forbidden_and_the_unknown(client, private_group):
    make_message(private_group, message_id="secret@x")
    unknown, forbidden = client.get("/r/unknown@x/"), client.get("/r/secret@x/")
    assert unknown.status_code == forbidden.status_code == 404
    assert unknown.content.replace(b"unknown", b"") == forbidden.content.replace(b"secret", b"")


def test_the_look_up_does_not_see_imports_under_way(signed_in, alice, group):
    make_message(group, message_id="staged@x", transfer=make_transfer(group, staged=True))
    assert signed_in(alice).get("/r/staged@x/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/g/gardeners/m/a%00b@x/", "/r/%00/", "/r/a%2500b@x/", "/g/a%00b/topics/", "/g/%ff/m/%ff@x/"]
)
def test_bytes_that_no_address_holds_lead_nowhere(client, group, path):
    assert client.get(path).status_code == 404


def test_an_archive_that_was_never_written_to_is_empty_not_broken(client, db):
    make_group("fresh")
    assert client.get("/g/fresh/message/1/").status_code == 404
    assert client.get("/g/fresh/m/x@y/").status_code == 404
