import pytest

from tests.builders import make_message, make_transfer

pytestmark = pytest.mark.django_db


def test_who_wrote_most_stands_first(client, group):
    for sender in ("Ann <ann@x.example>", "Jun <jun@x.example>", "Jun <jun@x.example>"):
        make_message(group, sender=sender)
    page = client.get("/g/gardeners/authors/").content.decode()
    assert page.index("Jun") < page.index("Ann") and "2 letters" in page


def test_strangers_cost_three_queries_at_most(client, group, django_assert_max_num_queries):
    make_message(group)
    with django_assert_max_num_queries(3):
        client.get("/g/gardeners/authors/")


def test_pages_follow_each_other_without_gap_or_overlap(client, group, monkeypatch):
    monkeypatch.setattr("archive.views.people.AUTHORS_A_PAGE", 2)
    for letters, name in ((1, "Ann"), (1, "Ben"), (2, "Cem"), (1, "Dan"), (1, "Eve")):
        for _ in range(letters):
            make_message(group, sender=f"{name} <{name.lower()}@x.example>")
    seen, query = [], "?"
    while query:
        answer = client.get(f"/g/gardeners/authors/{query}")
        assert "5 people" in answer.content.decode()
        page = answer.context["page"]
        seen += [author.name for author in page.rows]
        query = page.next
    assert seen == ["Cem", "Ann", "Ben", "Dan", "Eve"]
    back = client.get(f"/g/gardeners/authors/{page.previous}").context["page"]
    assert [author.name for author in back.rows] == ["Ben", "Dan"]


def test_an_author_without_a_name_is_named_by_half_an_address(client, group):
    make_message(group, sender="jun@river.example")
    page = client.get("/g/gardeners/authors/").content.decode()
    assert "jun" in page and "river.example" not in page


def test_strangers_cannot_search_by_address(client, signed_in, bob, group):
    make_message(group, sender="Jun <okafor@river.example>")
    assert "Nobody named like that" in client.get("/g/gardeners/authors/?name=okafor").content.decode()
    assert "Jun" in signed_in(bob).get("/g/gardeners/authors/?name=okafor").content.decode()


def test_an_author_has_a_page_of_letters(client, group, django_assert_num_queries):
    jun = make_message(group, sender="Jun <jun@river.example>", subject="Mine").author
    make_message(group, sender="Ann <ann@hill.example>", subject="Hers")
    with django_assert_num_queries(3):
        page = client.get(f"/g/gardeners/authors/{jun.pk}/").content.decode()
    assert "Mine" in page and "Hers" not in page and "river.example" not in page


def test_members_see_the_address_of_an_author(signed_in, bob, group):
    author = make_message(group, sender="Jun <jun@river.example>").author
    assert "jun@river.example" in signed_in(bob).get(f"/g/gardeners/authors/{author.pk}/").content.decode()


def test_an_author_of_another_group_or_of_an_unfinished_import_is_not_found(client, group, members_group):
    elsewhere = make_message(members_group).author
    staged = make_message(group, sender="Eve <eve@x.example>", transfer=make_transfer(group, staged=True)).author
    for author in (elsewhere, staged):
        assert client.get(f"/g/gardeners/authors/{author.pk}/").status_code == 404
    assert "Eve" not in client.get("/g/gardeners/authors/").content.decode()


@pytest.mark.parametrize("query", ["?name=%00", "?page=x", "?page=-1", "?name=" + "a" * 5000])
def test_senseless_questions_are_no_errors(client, group, query):
    make_message(group)
    assert client.get(f"/g/gardeners/authors/{query}").status_code == 200


@pytest.mark.parametrize(
    "query", ["?before=x", "?after=-1", "?before=ffffffffffffffffffff.1", "?after=1.ffffffffffffffffffff"]
)
def test_cursors_that_no_page_linked_to_are_not_found(client, group, query):
    make_message(group)
    assert client.get(f"/g/gardeners/authors/{query}").status_code == 404
