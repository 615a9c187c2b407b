from mail.rules import BanFacts
from mail.rules.banned import check
from mail.rules.types import Action
from tests.mail.rules.posts import a_post


def test_nobody_is_banned():
    assert check(a_post()) is None


def test_a_banned_address_is_dropped_and_moderators_read_why():
    finding = check(a_post(ban=BanFacts("bob@example.org", "Sold tractors.")))
    assert finding.action is Action.DISCARD
    assert finding.reason == "bob@example.org is banned here (Sold tractors)."


def test_a_ban_on_the_site_says_so():
    assert check(a_post(ban=BanFacts("example.org", on_site=True))).reason == "example.org is banned on the whole site."
