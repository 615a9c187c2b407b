"""Finding groups: by category, by words, by filters; and that what is not listed is found by none of them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from groups.actions.groups import change_settings
from groups.directory import keeping, similar
from groups.directory.models import Category, Listing, Shelf, Spelling, Tally
from groups.directory.sweeping import compare, sweep
from groups.directory.words import fold, one_mistake_apart, words_of
from groups.models import Group, Visibility
from tests.builders import make_group, make_message, make_user

pytestmark = pytest.mark.django_db


def names(response) -> list[str]:
    return [group.name for group in response.context["page"].rows]


def found(client: Client, question: str) -> list[str]:
    return names(client.get(f"/{question}"))


@pytest.fixture
def groups(alice) -> dict[str, Group]:
    """Three groups that differ in everything one can filter by."""
    now = timezone.now()
    made = {
        "moor": make_group(
            "moor", name="Moor Astronomers", categories=["astronomy"], country="GB", language="en", joining="approval"
        ),
        "jardin": make_group(
            "jardin", name="Jardín de Málaga", categories=["gardening", "cooking"], country="ES", language="es",
            members=[make_user(f"P{n} Person") for n in range(11)], summary="Semillas y sábados.",
        ),
        "closed": make_group(
            "closed", name="Closed Gardens", categories=["gardening"], country="GB", language="en-GB",
            archive_access="members", created_at=now - timedelta(days=900),
        ),
    }  # fmt: skip
    for days in (2, 3):
        make_message(made["moor"], sent_at=now - timedelta(days=days))
    make_message(made["jardin"], sent_at=now - timedelta(days=20))
    make_message(made["closed"], sent_at=now - timedelta(days=800))
    sweep()
    return made


def test_a_category_shows_its_groups_and_those_below_with_their_number(client: Client, groups):
    page = client.get("/c/home-and-garden/")
    assert set(names(page)) == {"Jardín de Málaga", "Closed Gardens"}
    assert names(client.get("/c/cooking/")) == ["Jardín de Málaga"]
    assert found(client, "?category=cooking") == ["Jardín de Málaga"]
    assert '<span class="count">2</span>' in client.get("/").content.decode()
    assert client.get("/c/nowhere/").status_code == 404


TYPED = [
    ("jardin", ["Jardín de Málaga"]),
    ("MALAGA", ["Jardín de Málaga"]),
    ("jard mála", ["Jardín de Málaga"]),
    ("sabados", ["Jardín de Málaga"]),
    ("astronmers", ["Moor Astronomers"]),
    ("astronomesr moor", ["Moor Astronomers"]),
    ("moor gardens", []),
    ("rdens", []),
]


def test_words_are_found_by_their_beginnings_without_accents_and_with_a_slip(client: Client, groups):
    for typed, expected in TYPED:
        assert found(client, f"?q={typed}") == expected, typed


def test_the_name_counts_before_the_text_and_the_whole_name_before_a_part(client: Client):
    make_group("a", name="Birds", summary="About rivers.")
    make_group("b", name="The long rivers")
    make_group("c", name="Rivers of Europe")
    make_group("d", name="Rivers")
    assert found(client, "?q=rivers") == ["Rivers", "Rivers of Europe", "The long rivers", "Birds"]


FILTERS = [
    ("country=ES", {"Jardín de Málaga"}),
    ("language=en", {"Moor Astronomers", "Closed Gardens"}),
    ("country=GB&joining=approval", {"Moor Astronomers"}),
    ("size=1", {"Jardín de Málaga"}),
    ("activity=week", {"Moor Astronomers"}),
    ("activity=month", {"Moor Astronomers", "Jardín de Málaga"}),
    ("activity=quiet&country=GB", {"Closed Gardens"}),
    ("readable=yes", {"Moor Astronomers", "Jardín de Málaga"}),
    ("category=gardening&q=gard&country=GB", {"Closed Gardens"}),
    ("country=FR", set()),
    ("country=XX&size=x&activity=never", {"Moor Astronomers", "Jardín de Málaga", "Closed Gardens"}),
]


def test_filters_combine(client: Client, groups):
    for question, expected in FILTERS:
        assert set(found(client, f"?{question}")) == expected, question


def test_where_many_have_it_the_order_is_walked_and_says_the_same(client: Client, groups, monkeypatch):
    questions = [
        "?country=GB",
        "?category=gardening",
        "?activity=month&sort=large",
        "?readable=yes&sort=name",
        "?q=gard",
    ]
    few = [found(client, question) for question in questions]
    monkeypatch.setattr("groups.directory.finding.FEW", 0)
    assert [sorted(found(client, question)) for question in questions[:4]] == [sorted(each) for each in few[:4]]


def test_each_filter_is_a_chip_that_takes_it_away(client: Client, groups):
    page = client.get("/?country=GB&language=en&before=")
    assert [chip.words for chip in page.context["chips"]] == ["United Kingdom", "mostly in English"]
    assert names(client.get("/" + page.context["chips"][0].href)) == found(client, "?language=en")


@pytest.mark.parametrize(
    ("sort", "first"),
    [("active", "moor"), ("new", "jardin"), ("large", "jardin"), ("name", "closed"), ("latest", "moor")],
)
def test_orders_and_their_pages(client: Client, groups, sort, first, monkeypatch):
    monkeypatch.setattr("groups.directory.finding.GROUPS_A_PAGE", 1)
    seen, question = [], f"/?sort={sort}"
    while question:
        page = client.get(question)
        seen += [group.slug for group in page.context["page"].rows]
        question = "/" + page.context["page"].next if page.context["page"].next else ""
    assert sorted(seen) == ["closed", "jardin", "moor"]
    assert seen[0] == first


def test_pages_of_ranked_groups_have_numbers(client: Client, groups, monkeypatch):
    monkeypatch.setattr("groups.directory.finding.GROUPS_A_PAGE", 1)
    first = client.get("/?q=gard")
    assert names(first) == ["Closed Gardens"] and not first.context["page"].next
    make_group("g2", name="Gardeners")
    first = client.get("/?q=gard")
    assert len({*names(first), *names(client.get("/" + first.context["page"].next))}) == 2


def test_members_count_letters_they_may_read(signed_in, bob, groups):
    groups["closed"].memberships.create(user=bob)
    assert set(found(signed_in(bob), "?readable=yes&country=GB")) == {"Moor Astronomers", "Closed Gardens"}


DOORS = ["/", "/c/gardening/", "/c/home-and-garden/", "/?q=closed", "/?q=closde", "/?country=GB", "/?activity=quiet",
         "/?sort=name", "/?size=0", "/g/other/", "/sitemap-groups-0.xml", "/sitemap-topics-0.xml"]  # fmt: skip


@pytest.mark.parametrize("visibility", [Visibility.UNLISTED, Visibility.PRIVATE])
@pytest.mark.parametrize("past_all_signals", [False, True])
def test_a_group_that_leaves_the_directory_is_found_through_no_door(
    client: Client, groups, alice, visibility, past_all_signals
):
    other = make_group("other", name="Closed gardens elsewhere", categories=["gardening"], country="GB")
    Listing.objects.filter(pk=other.pk).update(similar=[groups["closed"].pk])
    assert all("Closed Gardens" in client.get(door).content.decode() for door in DOORS[:1] + DOORS[5:7])
    assert "Closed Gardens" in client.get("/g/other/").content.decode()
    if past_all_signals:
        Group.objects.filter(pk=groups["closed"].pk).update(visibility=visibility)
    else:
        change_settings(group=groups["closed"], by=alice, visibility=visibility)
    for door in DOORS:
        page = b"".join(client.get(door)).decode()
        assert "Closed Gardens" not in page and "/g/closed/" not in page, door


def test_and_leaves_nothing_behind_in_the_counts(groups, alice, client):
    change_settings(group=groups["jardin"], by=alice, visibility=Visibility.PRIVATE, archive_access="members")
    assert Category.objects.get(slug="cooking").count == 0
    assert not Tally.objects.filter(value="ES", count__gt=0).exists()
    assert "Spain" not in client.get("/").content.decode()
    assert found(client, "?q=jardim") == []
    assert Spelling.objects.filter(word="jardin").exists()  # and yet nobody is told of it
    assert "jardin" not in client.get("/?q=jardim").content.decode()
    groups["moor"].delete()
    assert found(client, "?q=moor") == []


def test_counts_that_slipped_are_mended(groups):
    Category.objects.update(count=77)
    Tally.objects.update(count=5)
    keeping.recount_all()
    assert Category.objects.get(slug="gardening").count == 2
    assert dict(Tally.objects.values_list("value", "count")) == {"GB": 2, "ES": 1, "en": 2, "es": 1}


def test_similar_groups_share_categories_words_or_people_and_are_in_the_directory(client: Client, groups, alice):
    people = [make_user(f"G{n} Gardener") for n in range(3)]
    friends = make_group("friends", name="Friends", members=people)
    secret = make_group(
        "secret",
        name="Closed Gardens Two",
        categories=["gardening"],
        members=people,
        visibility="private",
        archive_access="members",
    )
    for user in people:
        groups["closed"].memberships.create(user=user)
    sweep()
    compare()
    listing = Listing.objects.get(pk=groups["closed"].pk)
    assert groups["jardin"].pk in listing.similar
    assert secret.pk not in listing.similar
    assert groups["moor"].pk not in listing.similar
    page = client.get("/g/closed/").content.decode()
    assert "Groups like this one" in page and "Jardín de Málaga" in page and "Closed Gardens Two" not in page
    assert friends.pk not in listing.similar  # three people in common alone are no likeness
    groups["closed"].memberships.create(user=make_user("Fourth"))
    for user in [make_user("Fifth")]:
        friends.memberships.create(user=user)
        groups["closed"].memberships.create(user=user)
    similar.keep(groups["closed"].pk)
    assert friends.pk in Listing.objects.get(pk=groups["closed"].pk).similar


def test_a_category_that_moves_takes_its_groups_along(groups, client: Client):
    cooking = Category.objects.get(slug="cooking")
    cooking.parent = Category.objects.get(slug="health")
    cooking.save()
    sweep()
    assert names(client.get("/c/health/")) == ["Jardín de Málaga"]
    assert Shelf.objects.filter(group=groups["jardin"], category__slug="home-and-garden").exists()  # by gardening


def test_time_passes_for_groups_without_letters(groups):
    Listing.objects.filter(pk=groups["moor"].pk).update(letters_30=40, letters_90=40, counted_on="2020-01-01")
    sweep()
    assert Listing.objects.get(pk=groups["moor"].pk).letters_30 == 2


def test_words_without_spaces_and_marks():
    assert list(words_of("木村花子の庭 and Ø-Straße")) == [
        "木村",
        "村花",
        "花子",
        "子の",
        "の庭",
        "and",
        "o",
        "strasse",
    ]
    assert fold("Übersetzer İstanbul") == "ubersetzer istanbul"
    assert [one_mistake_apart("garden", other) for other in ("gardne", "gaden", "gardens", "gorden", "grdn", "warder")] == [
        True, True, True, True, False, False,
    ]  # fmt: skip
