import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.models import Group
from mail import addressing
from mail.addressing import (
    EXTENSIONS,
    NOBODY,
    PURPOSES,
    Kind,
    list_address,
    parse_recipient,
    seal,
    site_address,
    unseal,
)

DOMAIN = "posthouse.localhost"
small = st.integers(0, 2**28 - 1)


def meaning(local: str, *groups: str):
    return parse_recipient(f"{local}@{DOMAIN}").among(groups)


def test_a_group_is_an_address():
    assert meaning("gardeners", "gardeners").kind is Kind.POST
    assert meaning("gardeners") == NOBODY


@pytest.mark.parametrize("extension", sorted(EXTENSIONS))
@pytest.mark.parametrize("separator", "+-")
def test_an_extension_is_a_command(extension, separator):
    found = meaning(f"gardeners{separator}{extension}", "gardeners")
    assert (found.kind, found.group, found.extension) == (Kind.COMMAND, "gardeners", extension)


def test_words_other_list_servers_use_are_understood():
    assert meaning("gardeners-join", "gardeners").extension == "subscribe"
    assert meaning("gardeners-leave", "gardeners").extension == "unsubscribe"


def test_a_group_whose_name_ends_like_a_command_is_a_group():
    assert meaning("home-owner", "home", "home-owner").kind is Kind.POST
    assert meaning("home-owner", "home").kind is Kind.COMMAND
    assert meaning("home+owner", "home", "home-owner").group == "home"


def test_an_extension_nobody_knows_is_nobody():
    assert meaning("gardeners+zucchini", "gardeners") == NOBODY
    assert meaning("gardeners+", "gardeners") == NOBODY
    assert meaning("+subscribe", "gardeners") == NOBODY


def test_a_token_may_follow_mute():
    token = seal("topic", 7, 9)
    found = meaning(f"gardeners+mute-{token}", "gardeners")
    assert (found.extension, unseal("topic", found.token)) == ("mute", (7, 9))


@pytest.mark.parametrize("name", ["postmaster", "abuse", "Postmaster", "ABUSE"])
def test_the_operator_is_reached(name):
    assert meaning(name).kind is Kind.OPERATOR


def test_postmaster_needs_no_domain():
    assert parse_recipient("<Postmaster>").kind is Kind.OPERATOR
    assert parse_recipient("gardeners") == NOBODY


@pytest.mark.parametrize(
    "written",
    [
        f"<gardeners@{DOMAIN}>", f"GARDENERS@{DOMAIN.upper()}", f'"gardeners"@{DOMAIN}', f"@relay.example:gardeners@{DOMAIN}",
        f"gardeners@{DOMAIN}.", f" gardeners@{DOMAIN} ", f"gardeners@{DOMAIN}".encode(),
    ],
)  # fmt: skip
def test_one_group_in_many_spellings(written):
    assert parse_recipient(written).group == "gardeners"


@pytest.mark.parametrize("domain", ["elsewhere.example", "", f"sub.{DOMAIN}", f"x@{DOMAIN}.example", "[127.0.0.1]"])
def test_other_domains_are_not_ours(domain):
    assert parse_recipient(f"gardeners@{domain}") == NOBODY


def test_an_international_domain_is_known_in_both_forms(settings):
    settings.MAIL_DOMAIN = "gärten.example"
    for domain in ("gärten.example", "GÄRTEN.example", "xn--grten-gra.example"):
        assert parse_recipient(f"rosen@{domain}").group == "rosen", domain


def test_letters_that_fold_into_ascii_are_other_letters():
    assert meaning("gardeners".replace("s", "ſ"), "gardeners") == NOBODY
    assert meaning("\N{KELVIN SIGN}iwis", "kiwis") == NOBODY


@pytest.mark.parametrize("purpose", sorted(PURPOSES))
@pytest.mark.parametrize("separator", "+-")
def test_addresses_of_the_site_carry_tokens(purpose, separator):
    token = seal(purpose, 12345)
    found = meaning(f"{purpose}{separator}{token}".upper())
    assert (found.kind, found.purpose) == (Kind.TOKEN, purpose)
    assert unseal(purpose, found.token) == (12345,)
    assert meaning(f"{purpose}+x") == meaning(purpose) == NOBODY


def test_addresses_are_written_as_they_are_read():
    assert list_address(Group(slug="gardeners")) == f"gardeners@{DOMAIN}"
    assert parse_recipient(list_address("gardeners", "subscribe")).extension == "subscribe"
    assert parse_recipient(site_address("leave", seal("leave", 1))).purpose == "leave"


@given(st.binary(max_size=400) | st.text(max_size=400) | st.text('@+-<>": \\.aé', max_size=30))
def test_no_recipient_whatever_raises(anything):
    parse_recipient(anything).among({"a"})
    ours = anything + (f"@{DOMAIN}".encode() if isinstance(anything, bytes) else f"@{DOMAIN}")
    parse_recipient(ours).among({"a"})


@given(st.lists(small, max_size=3), st.none() | st.integers(0, 400))
def test_a_token_gives_back_its_numbers(numbers, days):
    token = seal("confirm", *numbers, days=days)
    assert re.fullmatch(r"[a-z2-7]{1,40}", token)
    assert unseal("confirm", token) == unseal("confirm", token.upper()) == tuple(numbers)
    assert seal("confirm", *numbers, days=days) == token


@given(st.lists(small, max_size=3), st.data())
def test_a_changed_token_opens_nothing(numbers, data):
    token = seal("confirm", *numbers)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz234567=-1 é\0"))
    changed = data.draw(
        st.sampled_from([token[:place] + other + token[place + 1 :], token[:place], token[place + 1 :], token + other])
    )
    if changed != token:
        assert unseal("confirm", changed) is None


@given(st.text(max_size=60) | st.text("abcdefghijklmnopqrstuvwxyz234567", min_size=15, max_size=40))
def test_an_invented_token_opens_nothing(invented):
    assert unseal("confirm", invented) is None


def test_a_token_is_for_one_purpose():
    assert unseal("moderate", seal("confirm", 1)) is None


def test_tokens_of_neighbours_have_nothing_in_common():
    """Who gets a token learns nothing of numbers in the database."""
    tokens = [seal("bounce", number) for number in range(1000, 1200)]
    assert len({token[:6] for token in tokens}) > 190
    assert len({token[-3:] for token in tokens}) > 150


def test_a_token_lives_as_many_days_as_it_was_given(monkeypatch):
    for_ever, three = seal("confirm", 5), seal("confirm", 5, days=3)
    today = addressing._today()
    monkeypatch.setattr(addressing, "_today", lambda: today + 3)
    assert unseal("confirm", three) == (5,)
    monkeypatch.setattr(addressing, "_today", lambda: today + 4)
    assert unseal("confirm", three) is None
    assert unseal("confirm", for_ever) == (5,)


def test_tokens_live_on_under_a_former_key(settings):
    token = seal("leave", 8)
    settings.SECRET_KEY, former = "a new one", settings.SECRET_KEY
    assert unseal("leave", token) is None
    settings.SECRET_KEY_FALLBACKS = [former]
    assert unseal("leave", token) == (8,)


@pytest.mark.parametrize("numbers", [(-1,), (2**63, 2**63)])
def test_numbers_that_do_not_fit_are_refused(numbers):
    with pytest.raises(ValueError, match=r"no negative|do not fit"):
        seal("confirm", *numbers)
