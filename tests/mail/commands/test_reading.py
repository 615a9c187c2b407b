"""People write to machines as they write to people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.commands.reading import Command, Decision, confirms, read_command, read_decision, verb_of


@pytest.mark.parametrize(
    ("line", "verb"),
    [
        ("subscribe", "subscribe"),
        ("SUBSCRIBE", "subscribe"),
        ("Subscribe!", "subscribe"),
        ("please subscribe me", "subscribe"),
        ("subscribe gardeners Ann Berg", "subscribe"),
        ("*unsubscribe*", "unsubscribe"),
        ("Please remove me from this list", "unsubscribe"),
        ("Hi, please unsubscribe", "unsubscribe"),
        ("unsuscribe", "unsubscribe"),
        ("Abmelden", "unsubscribe"),
        ("bitte abmelden", "unsubscribe"),
        ("désabonner", "unsubscribe"),
        ("darme de baja", "unsubscribe"),
        ("отписаться", "unsubscribe"),
        ("退订", "unsubscribe"),
        ("Hilfe", "help"),
        ("?", "help"),
        ("set digest", "digest"),
        ("nomail", "nomail"),
        ("Bitte melden Sie mich von der Liste ab.", "unsubscribe"),
        ("Please take me off this mailing list", "unsubscribe"),
        ("Je voudrais me désabonner de cette liste", "unsubscribe"),
        ("Quiero darme de baja", "unsubscribe"),
        ("请退订", "unsubscribe"),
        ("配信停止を希望します", "unsubscribe"),
        ("How do I unsubscribe?", ""),
        ("Please do not unsubscribe me", ""),
        ("I help in the garden on Mondays and love it", ""),
        ("How do I keep slugs away from lettuce?", ""),
        ("", ""),
    ],
)
def test_a_line_that_is_a_command(line, verb):
    assert verb_of(line) == verb


def test_the_address_says_it_all():
    assert read_command("unsubscribe", "Subscribe me", "subscribe") == Command("unsubscribe")


def test_request_reads_the_subject_before_the_body():
    assert read_command("request", "Re: help", "subscribe") == Command("help")
    assert read_command("request", "", "\n\nsubscribe\n") == Command("subscribe")


def test_a_token_that_is_quoted_is_found():
    assert read_command("request", "confirm abcdefgh234567", "") == Command("confirm", "abcdefgh234567")


@pytest.mark.parametrize(
    ("answer", "decision", "reason"),
    [
        ("approve", Decision.APPROVE, ""),
        ("Yes, please", Decision.APPROVE, "please"),
        ("OK!", Decision.APPROVE, ""),
        ("👍", Decision.APPROVE, ""),
        ("genehmigen", Decision.APPROVE, ""),
        ("approve and trust", Decision.TRUST, ""),
        ("reject: Wrong list, try orchard.", Decision.REJECT, "Wrong list, try orchard"),
        ("No\n\nPlease cut the quotes.\nThanks", Decision.REJECT, "Please cut the quotes.\nThanks"),
        ("spam", Decision.DISCARD, ""),
        ("Discard", Decision.DISCARD, ""),
        ("ban", Decision.BAN, ""),
        ("Hello,\n\napprove", Decision.APPROVE, ""),
        ("I approve", Decision.APPROVE, ""),
        ("承認します", Decision.APPROVE, ""),
    ],
)
def test_a_moderators_answer(answer, decision, reason):
    assert read_decision("Re: A post waits", answer) == (decision, reason)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I am not sure what to do, what do you think?",
        "Nothing to see",
        "Yesterday I saw it",
        "Yes or no?",
        "No idea what this is",
        "Always hold his letters",
        "OK, but he should mend the subject first",
    ],
)
def test_what_is_not_understood_decides_nothing(answer):
    assert read_decision("Re: A post waits", answer)[0] is None


def test_the_subject_may_decide():
    assert read_decision("reject", "Not about gardens.") == (Decision.REJECT, "Not about gardens.")


@pytest.mark.parametrize(
    ("answer", "yes"),
    [("", True), ("yes", True), ("confirm", True), ("Sent from my phone", True), ("no", False), ("No, I did not ask", False),
     ("cancel", False), ("nein", False), ("not me", False)],
)  # fmt: skip
def test_a_bare_reply_confirms_and_a_no_does_not(answer, yes):
    assert confirms("Re: Please confirm", answer) is yes


@pytest.mark.parametrize(
    "answer",
    ["I did not request this!", "Das war ich nicht", "Who are you? I never asked for that.", "This is spam",
     "Je n'ai rien demandé", "Hello,\n\nno, I did not ask.", "unsubscribe", "いいえ", "申し込んでいません"],
)  # fmt: skip
def test_who_never_asked_has_not_said_yes(answer):
    assert not confirms("Re: Please confirm", answer)


def test_what_undoes_or_ends_something_is_confirmed_in_other_words():
    assert confirms("Re: You have left", "I did not want to leave!", is_undo=True)
    assert not confirms("Re: You have left", "unsubscribe", is_undo=True)
    assert confirms("Re: Please confirm", "Unsubscribe me", to_leave=True)


@given(st.text(max_size=200), st.text(max_size=400))
def test_no_text_raises(subject, body):
    read_command("request", subject, body)
    read_decision(subject, body)
    confirms(subject, body)
