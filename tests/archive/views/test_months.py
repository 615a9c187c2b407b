from datetime import UTC, datetime

import pytest

from tests.builders import make_group, make_message, make_thread

pytestmark = pytest.mark.django_db


def test_every_month_with_letters_is_linked_with_its_number(client, group):
    make_message(group, sent_at=datetime(2004, 5, 3, tzinfo=UTC))
    make_message(group, sent_at=datetime(2026, 1, 3, tzinfo=UTC))
    page = client.get("/g/gardeners/months/").content.decode()
    assert 'href="/g/gardeners/months/2004/05/" aria-label="May 2004: 1 letter"' in page
    assert page.index("2026") < page.index("2004")


def test_a_month_shows_its_threads_with_how_many_letters_are_of_it(client, group):
    first = make_message(group, subject="Hedges", sent_at=datetime(2026, 3, 30, tzinfo=UTC))
    make_message(group, parent=first, sent_at=datetime(2026, 4, 2, tzinfo=UTC))
    page = client.get("/g/gardeners/months/2026/03/").content.decode()
    assert "Hedges" in page and "1 letter of 2" in page


def test_a_month_by_date_runs_from_its_first_letter_to_its_last(client, group):
    make_message(group, subject="Later", sent_at=datetime(2026, 3, 9, tzinfo=UTC))
    make_message(group, subject="Sooner", sent_at=datetime(2026, 3, 2, tzinfo=UTC))
    make_message(group, subject="Elsewhere", sent_at=datetime(2026, 4, 1, tzinfo=UTC))
    page = client.get("/g/gardeners/months/2026/03/?by=date").content.decode()
    assert page.index("Sooner") < page.index("Later") and "Elsewhere" not in page


def test_one_day_can_be_read_alone(client, group):
    make_message(group, subject="That day", sent_at=datetime(2026, 3, 9, 23, 59, tzinfo=UTC))
    make_message(group, subject="Next day", sent_at=datetime(2026, 3, 10, tzinfo=UTC))
    page = client.get("/g/gardeners/months/2026/03/?day=9").content.decode()
    assert "That day" in page and "Next day" not in page


def test_the_days_are_a_drawing_with_words(client, group):
    make_message(group, sent_at=datetime(2026, 3, 9, tzinfo=UTC))
    page = client.get("/g/gardeners/months/2026/03/").content.decode()
    assert "<title>Monday 9 March: 1 letter</title>" in page
    assert '<a rel="nofollow" href="?day=9">Monday 9 March: 1 letter</a>' in page


@pytest.mark.parametrize("by", ["topic", "date"])
def test_strangers_cost_three_queries(client, group, django_assert_num_queries, by):
    make_thread(group, 20)
    with django_assert_num_queries(3):
        assert not client.get(f"/g/gardeners/months/2026/03/?by={by}").cookies


@pytest.mark.parametrize("by", ["topic", "date"])
def test_a_crowded_month_comes_in_pages(client, group, monkeypatch, by):
    monkeypatch.setattr("archive.views.months.THREADS_A_PAGE", 2)
    monkeypatch.setattr("archive.views.months.LETTERS_A_PAGE", 2)
    for number in range(5):
        make_message(group, subject=f"Letter no. {number}")
    seen, query = [], f"?by={by}"
    while query:
        page = client.get(f"/g/gardeners/months/2026/03/{query}").context["page"]
        seen += page.rows
        query = page.next
    assert len(seen) == len({str(row) for row in seen}) == 5


def test_an_empty_month_and_an_empty_group_say_so(client, group, db):
    make_group("fresh")
    assert "Nobody wrote in this month" in client.get("/g/gardeners/months/1999/01/").content.decode()
    assert "No letters yet" in client.get("/g/fresh/months/").content.decode()
    assert "Nobody wrote" in client.get("/g/fresh/months/2020/02/?day=30").content.decode()


@pytest.mark.parametrize("path", ["0000/01", "2026/13", "2026/00", "9999/12", "26/1"])
def test_a_month_outside_the_calendar_is_no_error(client, group, path):
    assert client.get(f"/g/gardeners/months/{path}/").status_code in (200, 404)


def test_the_nearest_months_with_letters_are_linked(client, group):
    for month in (1, 5, 9):
        make_message(group, sent_at=datetime(2026, month, 1, tzinfo=UTC))
    around = client.get("/g/gardeners/months/2026/05/").context["around"]
    assert around == {
        "before": ("/g/gardeners/months/2026/01/", "January 2026"),
        "after": ("/g/gardeners/months/2026/09/", "September 2026"),
    }
