import pytest

from mail.inbound.dmarc import Outcome, evaluate
from mail.inbound.dns import Lookups
from tests.mail.inbound.fake_dns import FakeDns

NO_SPF = ("none", "")


def outcome(domain, published, spf=NO_SPF, dkim=()):
    records = {
        (f"_dmarc.{name}", "TXT"): texts if isinstance(texts, list) else [texts] for name, texts in published.items()
    }
    return evaluate([domain], spf, dkim, Lookups(FakeDns(records)))


def test_nothing_published():
    assert outcome("example.org", {}) == Outcome()


def test_a_subdomain_follows_what_the_domain_says_of_subdomains():
    assert outcome("a.example.org", {"example.org": "v=DMARC1; p=reject; sp=none"}).policy == "none"
    assert outcome("a.example.org", {"example.org": "v=DMARC1; p=reject"}).policy == "reject"


def test_its_own_record_counts_more():
    published = {"a.example.org": "v=DMARC1; p=quarantine", "example.org": "v=DMARC1; p=reject"}
    assert outcome("a.example.org", published) == Outcome("fail", "a.example.org", "quarantine")


@pytest.mark.parametrize("speaker", ["example.org", "mail.example.org"])
def test_relatives_speak_for_each_other_unless_told_not_to(speaker):
    spoken = (("pass", speaker),)
    assert outcome("a.example.org", {"example.org": "v=DMARC1; p=reject"}, dkim=spoken).result == "pass"
    assert outcome("a.example.org", {"example.org": "v=DMARC1; p=reject; adkim=s"}, dkim=spoken).result == "fail"


@pytest.mark.parametrize("speaker", ["notexample.org", "org", "example.net"])
def test_others_do_not(speaker):
    assert outcome("example.org", {"example.org": "v=DMARC1; p=reject"}, spf=("pass", speaker)).result == "fail"


def test_neighbours_below_a_public_suffix_do_not_speak_for_each_other():
    published = {"co.example": "v=DMARC1; p=reject; psd=y"}
    assert outcome("bob.co.example", published, dkim=[("pass", "eve.co.example")]).result == "fail"
    assert outcome("bob.co.example", published, dkim=[("pass", "mail.bob.co.example")]).result == "pass"


def test_a_record_of_a_top_level_domain_makes_no_relatives():
    published = {"org": "v=DMARC1; p=none", "example.org": "v=DMARC1; p=reject"}
    assert outcome("example.org", published, dkim=[("pass", "evil.org")]).result == "fail"
    assert outcome("example.org", {"org": "v=DMARC1; p=reject"}, dkim=[("pass", "evil.org")]).result == "fail"


def test_two_records_are_none():
    assert outcome("example.org", {"example.org": ["v=DMARC1; p=reject", "v=DMARC1; p=none"]}) == Outcome()


def test_other_texts_at_the_name_are_passed_over():
    assert outcome("example.org", {"example.org": ["hello", "v=DMARC1; p=reject"]}).policy == "reject"


def test_of_several_authors_the_worst_outcome_counts():
    records = {("_dmarc.b.example", "TXT"): ["v=DMARC1; p=reject"], ("_dmarc.a.example", "TXT"): ["v=DMARC1; p=reject"]}
    found = evaluate(["a.example", "b.example"], ("pass", "a.example"), [], Lookups(FakeDns(records)))
    assert found == Outcome("fail", "b.example", "reject")
