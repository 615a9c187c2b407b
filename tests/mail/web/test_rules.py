"""Rules that a group writes itself: the pages, and the trial before one counts."""

import pytest
from django.core import mail as outbox

from groups.models import LogEntry, Membership, Right, Role, Waiting
from mail import review
from mail.inbound import pipeline
from mail.models import ContentRule, Inbound, InboundState, Spooled
from mail.review import simulating
from mail.rules.types import Condition, ContentRuleFacts
from tests.builders import make_user
from tests.mail.letters import arrived, raw
from tests.mail.waiting import hold

pytestmark = pytest.mark.django_db
URL = "/g/gardeners/rules/"


def form(on="subject", how="words", value="swap", **fields) -> dict[str, str]:
    condition = {"if-0-on": on, "if-0-how": how, "if-0-value": value, "if-0-name": ""}
    return {
        "name": "Swaps", "then": "hold", "needs_all": "on", "is_on": "on", "if-TOTAL_FORMS": "1", "if-INITIAL_FORMS": "0",
        **condition, **fields,
    }  # fmt: skip


@pytest.fixture
def browser(signed_in, alice, group):
    return signed_in(alice)


def test_a_rule_is_written_and_holds_the_next_letter(browser, group, bob):
    assert browser.post(f"{URL}new/", form())["Location"] == URL
    inbound = arrived(group)
    pipeline.process(inbound.pk)
    inbound.refresh_from_db()
    assert (inbound.state, inbound.rule) == (InboundState.HELD, "content")
    assert Waiting.objects.get().reason == "Rule “Swaps”: the subject has “swap”."
    assert LogEntry.objects.get(action="queue.rule").details["then"] == "hold"


def test_switched_off_it_holds_nothing(browser, group, bob):
    browser.post(f"{URL}new/", form(is_on=""))
    assert pipeline.process(arrived(group).pk) == InboundState.ARCHIVED


def test_what_goes_to_quarantine_is_told_to_nobody(browser, group, bob):
    browser.post(f"{URL}new/", form(then="quarantine"))
    assert pipeline.process(arrived(group).pk) == InboundState.HELD
    assert Waiting.objects.get().quiet and outbox.outbox == []


def test_a_wrong_pattern_is_said_to_be_one(browser):
    page = browser.post(f"{URL}new/", form(how="regex", value="(?=x)")).content.decode()
    assert "cannot be used" in page and not ContentRule.objects.exists()


def test_without_a_condition_there_is_no_rule(browser):
    page = browser.post(f"{URL}new/", form(on="")).content.decode()
    assert "at least one condition" in page and not ContentRule.objects.exists()


def test_a_trial_tells_what_it_would_have_done_and_does_nothing(browser, group, alice, bob):
    review.approve(hold(group), alice)
    hold(group, "<2@x>", subject="Swap again", body="x\n")
    hold(group, "<3@x>", subject="Weeds", body="y\n")
    outbox.outbox.clear()
    before = list(Inbound.objects.order_by("pk").values_list()), Spooled.objects.count(), LogEntry.objects.count()
    page = browser.post(f"{URL}new/", {**form(), "try": "1"}).content.decode()
    assert "It would have concerned 2 of 3 letters" in page
    assert "<strong>1</strong> a moderator approved" in page and "<strong>1</strong> still wait" in page
    assert not ContentRule.objects.exists() and outbox.outbox == []
    assert before == (
        list(Inbound.objects.order_by("pk").values_list()),
        Spooled.objects.count(),
        LogEntry.objects.count(),
    )


def test_a_first_letter_is_one_also_in_hindsight(group, alice, bob):
    for number in range(3):
        pipeline.process(arrived(group, raw(message_id=f"<{number}@x>", body=f"{number}\n")).pk)
    rule = ContentRuleFacts("first", (Condition("first"),))
    trial = simulating.try_out(group, rule)
    assert trial.looked_at == 3 and trial.count == 3  # all of one date: each may have been the first


def test_a_trial_ends_when_its_time_is_over(group, bob):
    pipeline.process(arrived(group).pk)
    trial = simulating.try_out(group, ContentRuleFacts("x", (Condition("first"),)), seconds=-1)
    assert trial.is_cut_short and trial.looked_at == 0


def test_rules_are_put_in_order_and_taken_away(browser, group):
    for name in ("one", "two"):
        browser.post(f"{URL}new/", form(name=name))
    second = ContentRule.objects.get(name="two")
    browser.post(f"{URL}order/", {"up": second.pk})
    assert [rule.name for rule in group.content_rules.all()] == ["two", "one"]
    browser.post(f"{URL}{second.pk}/delete/")
    assert [rule.name for rule in group.content_rules.all()] == ["one"]


def test_a_saved_rule_shows_its_conditions_and_is_changed(browser, group):
    browser.post(f"{URL}new/", form())
    rule = ContentRule.objects.get()
    assert 'value="swap"' in browser.get(f"{URL}{rule.pk}/").content.decode()
    browser.post(f"{URL}{rule.pk}/", form(value="barter", then="discard"))
    rule.refresh_from_db()
    assert (rule.then, rule.conditions[0]["value"]) == ("discard", "barter")


@pytest.mark.parametrize(("rights", "status"), [(None, 403), ([Right.RULES], 200)])
def test_rules_need_the_right(signed_in, group, rights, status):
    mo = make_user("Mo")
    Membership.objects.create(group=group, user=mo, role=Role.MODERATOR, rights=rights)
    assert signed_in(mo).get(URL).status_code == signed_in(mo).get(f"{URL}new/").status_code == status


def test_the_list_costs_the_same_for_many_rules(browser, group, django_assert_max_num_queries):
    for place in range(30):
        ContentRule.objects.create(group=group, name=f"{place}", place=place, conditions=[])
    browser.get(URL)
    with django_assert_max_num_queries(6):
        browser.get(URL)
