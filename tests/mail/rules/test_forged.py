from mail.rules import Authentication
from mail.rules.forged import check
from mail.rules.types import Action
from tests.mail.rules.posts import MODERATOR, a_post

FORGED = Authentication(dmarc="fail", dmarc_domain="example.org", policy="reject", by="us")
UNSUPPORTED = Authentication(spf="softfail", dkim=(("example.org", "fail"),), by="us")


def test_nothing_known_is_nothing_against_it():
    assert check(a_post(member=MODERATOR)) is None


def test_what_the_authors_domain_disowns_waits():
    finding = check(a_post(authentication=FORGED))
    assert finding.action is Action.HOLD
    assert "example.org asks to reject" in finding.reason


def test_a_domain_that_only_watches_asks_for_nothing():
    assert check(a_post(authentication=Authentication(dmarc="fail", policy="none"))) is None


def test_a_moderators_name_opens_no_door_where_neither_spf_nor_dkim_bears_it_out():
    assert check(a_post(member=MODERATOR, authentication=UNSUPPORTED)).action is Action.HOLD


def test_an_ordinary_member_whose_mail_is_badly_set_up_may_still_post():
    assert check(a_post(authentication=UNSUPPORTED)) is None


def test_one_good_signature_is_enough():
    signed = Authentication(spf="fail", dkim=(("a.example", "fail"), ("example.org", "pass")), by="us")
    assert check(a_post(member=MODERATOR, authentication=signed)) is None


def test_the_word_of_a_forwarder_is_mentioned():
    vouched = Authentication(dmarc="fail", dmarc_domain="example.org", policy="quarantine", arc="pass", by="us")
    assert "ARC" in check(a_post(authentication=vouched)).reason


def test_who_is_signed_in_needs_no_signature():
    assert check(a_post(signed_in=True, authentication=FORGED)) is None
