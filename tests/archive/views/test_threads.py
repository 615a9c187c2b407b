import re

import pytest

from archive.models import Message, ThreadMark
from tests.builders import FIRST_DATE, make_message, make_thread, make_transfer

pytestmark = pytest.mark.django_db


def order_of(response):
    return [int(number) for number in re.findall(r'<article [^>]*id="n(\d+)"', response.content.decode())]


def test_a_flat_thread_stands_in_order_of_date(client, group):
    first = make_message(group)
    late = make_message(group, parent=first, sent_at=FIRST_DATE.replace(month=5))
    early = make_message(group, parent=first, sent_at=FIRST_DATE.replace(month=4))
    assert order_of(client.get("/g/gardeners/topic/1/")) == [first.number, early.number, late.number]


def test_a_tree_puts_answers_below_what_they_answer(client, group):
    first = make_message(group)
    left = make_message(group, parent=first)
    make_message(group, parent=first)
    make_message(group, parent=left)
    response = client.get("/g/gardeners/topic/1/?view=tree")
    assert order_of(response) == [1, 2, 4, 3]
    assert response.content.decode().count('<details class="branch"') == 2


def test_branches_of_a_tree_end_where_they_began(client, group):
    for _ in range(3):
        make_thread(group, 12)
    page = client.get("/g/gardeners/topic/13/?view=tree").content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("<details") == main.count("</details>")


def test_a_very_deep_thread_does_not_nest_for_ever(client, group):
    parent = None
    for _ in range(30):
        parent = make_message(group, parent=parent)
    assert client.get("/g/gardeners/topic/1/?view=tree").content.decode().count('class="branch"') == 8


def test_the_number_of_any_letter_leads_to_its_thread(client, group):
    make_thread(group, 3)
    response = client.get("/g/gardeners/topic/3/")
    assert (response.status_code, response["Location"]) == (302, "/g/gardeners/topic/1/#n3")


def test_a_number_nobody_has_is_not_found(client, group):
    assert client.get("/g/gardeners/topic/7/").status_code == 404
    assert client.get("/g/gardeners/topic/99999999999999999999999/").status_code == 404


def test_hidden_and_staged_letters_are_not_in_it(client, group):
    first = make_message(group)
    make_message(group, parent=first, body="hidden words", hidden=True)
    make_message(group, parent=first, body="staged words", transfer=make_transfer(group, staged=True))
    page = client.get("/g/gardeners/topic/1/").content.decode()
    assert "hidden words" not in page and "staged words" not in page
    assert client.get("/g/gardeners/topic/2/").status_code == 404


def test_strangers_cost_three_queries_whatever_is_attached(client, group, django_assert_num_queries):
    make_thread(group, 20, files=[("plot.png", "image/png", b"png")])
    with django_assert_num_queries(3):
        response = client.get("/g/gardeners/topic/1/")
    assert "plot.png" in response.content.decode() and not response.cookies


def test_signed_in_readers_cost_seven_queries_at_most(signed_in, bob, group, django_assert_max_num_queries):
    make_thread(group, 20, files=[("plot.png", "image/png", b"png")])
    browser = signed_in(bob)
    browser.get("/g/gardeners/topic/1/")
    with django_assert_max_num_queries(7):
        browser.get("/g/gardeners/topic/1/")


def test_new_letters_are_marked_and_the_first_can_be_jumped_to(signed_in, bob, group):
    bob.memberships.update(joined_at=FIRST_DATE)
    make_thread(group, 4)
    ThreadMark.objects.create(user=bob, thread=Message.objects.first().thread, number=2)
    page = signed_in(bob).get("/g/gardeners/topic/1/").content.decode()
    assert page.count('class="msg unread"') == 2
    assert 'href="#n3">2 new' in page


def test_reading_a_page_changes_nothing(signed_in, bob, group):
    bob.memberships.update(joined_at=FIRST_DATE)
    make_thread(group, 2)
    signed_in(bob).get("/g/gardeners/topic/1/")
    assert not ThreadMark.objects.exists()


def test_the_button_below_marks_the_thread_as_read(signed_in, bob, group):
    bob.memberships.update(joined_at=FIRST_DATE)
    make_thread(group, 2)
    browser = signed_in(bob)
    response = browser.post("/g/gardeners/topic/1/read/", {"number": "2"})
    assert response["Location"] == "/g/gardeners/topics/"
    assert "unread" not in browser.get("/g/gardeners/topic/1/").content.decode()


def test_a_mark_never_moves_back_or_beyond_the_thread(signed_in, bob, group):
    make_thread(group, 3)
    browser = signed_in(bob)
    for number in ("2", "1", "x", "-5", "999999999999"):
        browser.post("/g/gardeners/topic/1/read/", {"number": number}, headers={"X-Requested-With": "fetch"})
    assert ThreadMark.objects.get().number == 3


def test_a_long_thread_comes_in_pages_and_any_letter_is_found_in_them(client, group, monkeypatch):
    monkeypatch.setattr("archive.conversation.PAGE", 4)
    monkeypatch.setattr("archive.views.threads.PAGE", 4)
    make_thread(group, 10)
    assert order_of(client.get("/g/gardeners/topic/1/?page=2")) == [5, 6, 7, 8]
    assert client.get("/g/gardeners/topic/9/")["Location"] == "/g/gardeners/topic/1/?at=9#n9"
    assert order_of(client.get("/g/gardeners/topic/1/?at=9")) == [9, 10]
    assert 'href="?view=flat&amp;page=3#n9"' in client.get("/g/gardeners/topic/1/").content.decode()


@pytest.mark.parametrize("page", ["0", "99", "x", "-1", "1" * 40, "²"])
def test_a_senseless_page_number_is_no_error(client, group, page):
    make_message(group)
    assert order_of(client.get("/g/gardeners/topic/1/", {"page": page, "at": page})) == [1]


def test_a_letter_that_answers_an_earlier_one_says_whom(client, group):
    first = make_message(group, sender="Priya Raman <priya@hill.example>")
    make_message(group, parent=first)
    make_message(group, parent=first)
    page = client.get("/g/gardeners/topic/1/").content.decode()
    assert page.count('answers <a href="#n1"><bdi>Priya Raman</bdi>') == 1


def test_a_changed_subject_stands_above_its_letter(client, group):
    first = make_message(group, subject="Fences")
    make_message(group, parent=first, subject="Re: Fences")
    make_message(group, parent=first, subject="Gates (was: Fences)")
    page = client.get("/g/gardeners/topic/1/").content.decode()
    assert page.count("<h3") == 1
    assert "Gates (was: Fences)" in page


def test_a_letter_of_the_size_of_a_book_is_read_on_its_own_page(client, group):
    make_message(group, body="endless words " * 10_000)
    page = client.get("/g/gardeners/topic/1/").content.decode()
    assert "This letter is very long" in page and len(page) < 30_000


def test_an_author_whose_name_is_an_address_stays_unknown_to_strangers(client, signed_in, bob, group):
    make_message(group, sender='"jun@river.example" <jun@river.example>')
    assert "river.example" not in client.get("/g/gardeners/topic/1/").content.decode()
    assert "jun@river.example" in signed_in(bob).get("/g/gardeners/topic/1/").content.decode()


def test_markup_in_names_and_subjects_is_only_text(client, group):
    make_message(group, subject="<script>alert(1)</script>", sender='"<b>Eve</b>" <eve@x.example>')
    page = client.get("/g/gardeners/topic/1/").content.decode()
    assert "<script>alert" not in page and "<b>Eve" not in page


def test_on_a_heavy_page_quotes_are_read_with_their_letter(client, group, monkeypatch):
    monkeypatch.setattr("archive.conversation.HEAVY", 1000)
    quote = f'<details class="quote"><summary>Jun wrote, 40 lines</summary>{"quoted words " * 200}</details>'
    make_message(group, rendered=f"<p>own words</p>{quote}")
    page = client.get("/g/gardeners/topic/1/").content.decode()
    assert "own words" in page and "quoted words" not in page
    assert '<a href="/g/gardeners/m/letter-1@gardeners.example/">Jun wrote, 40 lines</a>' in page
    assert "quoted words" in client.get("/g/gardeners/message/1/").content.decode()
