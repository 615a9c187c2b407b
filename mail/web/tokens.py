"""The pages behind the links in our mails. GET and HEAD change nothing, because scanners follow links before people do; POST
acts at once. The token is the only authority: no cookie is asked for or looked at, so that a mail program can post, too
(RFC 8058), and a forged form would have to know the token.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from groups.actions.inviting import decline
from groups.actions.joining import kept_answers
from groups.actions.leaving import LastOwner
from groups.models import Delivery, InvitationState, JoinRequest, JoinState, Membership
from groups.moderation.deciding import NotAllowed
from groups.moderation.registry import choices_for, kind_of
from mail.commands import choices, inviting, leaving, moderating, saying_yes, topics
from mail.commands.reading import LONGEST_REASON, Decision
from mail.inbound.incoming import open_letter
from mail.models import Inbound
from mail.tokens import UNDO_DAYS
from mail.web.joining import questions_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_LETTER = 20_000
Page = Callable[[HttpRequest, str], HttpResponse]


def token_page(page: Page) -> Page:
    return csrf_exempt(never_cache(require_http_methods(["GET", "HEAD", "POST"])(page)))


def masked(address: str) -> str:
    """Enough to know one's own address by, too little to write to."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "mail/pages/ended.html", status=410)


def _done(request: HttpRequest, heading: str, sentence: "StrOrPromise", **more: object) -> HttpResponse:
    context = {"heading": heading, "sentence": sentence, "is_done": True, **more}
    return render(request, "mail/pages/done.html", context)


def _is_one_click(request: HttpRequest) -> bool:
    """RFC 8058 §3.1: the body is this and nothing else."""
    return request.POST.get("List-Unsubscribe", "") == "One-Click"


@token_page
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    question = saying_yes.ask(token)
    if question is None:
        return _ended(request)
    if request.method != "POST":
        context = {"question": question, "address": masked(question.address), "asked": _asked(question)}
        return render(request, "mail/pages/question.html", context)
    _keep_answers(request, question)
    if question.others:
        return _join_chosen(request, token, question)
    answer = saying_yes.say_yes(token)
    if answer is saying_yes.ENDED:
        return _ended(request)
    return _done(request, question.heading, answer.sentence, is_done=answer.done, group=answer.group)


def _asked(question: saying_yes.Question) -> list[tuple[int, str, str]]:
    """What the group asks applicants, with what was answered in their name so far: by mail nothing, on the web by whoever
    named the address."""
    wish = question.request
    if wish is None or wish.state != JoinState.UNCONFIRMED:
        return []
    said = dict(wish.answers)
    return [(place, words, said.get(words, "")) for place, words in questions_of(wish.group, wish.link)]


def _keep_answers(request: HttpRequest, question: saying_yes.Question) -> None:
    asked = _asked(question)
    if asked and question.request is not None:
        said = [(words, request.POST.get(f"answer-{place}", before)) for place, words, before in asked]
        waiting = JoinRequest.objects.filter(pk=question.request.pk, state=JoinState.UNCONFIRMED)
        waiting.update(answers=kept_answers([(words, answer.replace("\x00", "")) for words, answer in said]))


def _join_chosen(request: HttpRequest, token: str, question: saying_yes.Question) -> HttpResponse:
    chosen = {int(each) for each in request.POST.getlist("join") if each.isdecimal() and len(each) < 19}
    answers = saying_yes.join_chosen(token, chosen)
    if not answers:
        context = {"question": question, "address": masked(question.address), "problem": "Choose at least one group."}
        return render(request, "mail/pages/question.html", context, status=400)
    sentence = " ".join(f"{asked.group.name}: {answer.sentence}" for asked, answer in answers)
    return _done(request, "Your groups", sentence, is_done=any(answer.done for _, answer in answers))


@token_page
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Leave, or get less. Whoever holds the link may be a friend it was forwarded to: the member is always told by mail."""
    membership = leaving.of_token(token)
    if membership is None:
        return HttpResponse(status=200) if _is_one_click(request) else _ended(request)
    if request.method != "POST":
        return _choices(request, membership)
    wanted = "leave" if _is_one_click(request) else request.POST.get("wanted", "")
    if wanted == "leave":
        return _leave(request, membership)
    if wanted in Delivery.values:
        choices.set_delivery(membership, wanted)
        sentence = f"Saved. What you get now: {membership.get_delivery_display().lower()}."
        return _done(
            request, membership.group.name, sentence, address=masked(membership.mail_address), group=membership.group
        )
    return _choices(request, membership)


def _choices(request: HttpRequest, membership: Membership) -> HttpResponse:
    other = [(value, label) for value, label in Delivery.choices if value != membership.delivery]
    context = {
        "membership": membership,
        "group": membership.group,
        "address": masked(membership.mail_address),
        "other": other,
    }
    return render(request, "mail/pages/leave.html", context)


def _leave(request: HttpRequest, membership: Membership) -> HttpResponse:
    group, address = membership.group, masked(membership.mail_address)
    try:
        leaving.leave_now(membership, how="one-click" if _is_one_click(request) else "link")
    except LastOwner as error:
        return _done(request, group.name, str(error), is_done=False, group=group)
    sentence = f"No more mail from {group.name}. A mail that undoes it is on its way; it works for {UNDO_DAYS} days."
    return _done(request, "You have left", sentence, address=address, group=group)


@token_page
def mute(request: HttpRequest, token: str) -> HttpResponse:
    topic = topics.of_token(token)
    if topic is None:
        return _ended(request)
    address = masked(topic.membership.mail_address)
    wanted = request.POST.get("wanted", "")
    if request.method != "POST" or wanted not in ("mute", "follow", "neither"):
        return render(request, "mail/pages/mute.html", {"topic": topic, "address": address})
    topics.wish(topic, "" if wanted == "neither" else wanted)
    sentences = {"mute": "You get no more of this topic.", "follow": "You get every letter of this topic."}
    sentence = sentences.get(wanted, "This topic comes as all others do.")
    return _done(request, topic.letter.subject, sentence, address=address, group=topic.membership.group)


@token_page
def daily(request: HttpRequest, token: str) -> HttpResponse:
    user = choices.of_daily_token(token)
    if user is None:
        return HttpResponse(status=200) if _is_one_click(request) else _ended(request)
    if request.method != "POST":
        return render(request, "mail/pages/daily.html", {"address": masked(user.email), "wanted": user.daily_mail})
    choices.set_daily(user, wanted=False)
    return _done(request, "The daily mail", "The daily mail is stopped.", address=masked(user.email))


@token_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Accept or decline. GET changes nothing; accepting needs no account."""
    invited = inviting.of_token(token)
    if invited is None:
        return _ended(request)
    group, address = invited.group, masked(invited.address)
    if invited.state == InvitationState.ACCEPTED:
        return _done(request, group.name, "You are a member already.", group=group)
    answer = request.POST.get("answer", "")
    if request.method != "POST" or answer not in ("accept", "decline"):
        return render(
            request, "mail/pages/invitation.html", {"invitation": invited, "group": group, "address": address}
        )
    if answer == "decline":
        decline(invited)
        return _done(request, "Declined", f"{group.name} does not invite you again.", is_done=True)
    if inviting.accept(invited) is None:
        return _ended(request)
    return _done(request, "Welcome", f"You are a member of {group.name} now.", address=address, group=group)


@token_page
def moderate(request: HttpRequest, token: str) -> HttpResponse:
    asked = moderating.of_token(token)
    if asked is None:
        return _ended(request)
    if not asked.is_open:
        return _done(request, "Decided already", asked.what_became_of_it, is_done=False, group=asked.group)
    if request.method != "POST" or request.POST.get("decision") not in tuple(Decision):
        return render(request, "mail/pages/moderate.html", _what_waits(asked))
    decision = Decision(request.POST["decision"])
    try:
        done = moderating.decide(asked, decision, request.POST.get("reason", "").strip()[:LONGEST_REASON])
    except NotAllowed as error:
        return _done(request, "Not decided", str(error), is_done=False, group=asked.group)
    if not done:
        return _done(request, "Decided already", "Somebody else was quicker.", is_done=False, group=asked.group)
    choice = kind_of(asked.row).choice(decision.value)
    return _done(request, "Done", choice.said if choice is not None else "Decided.", group=asked.group)


def _what_waits(asked: moderating.Asked) -> dict[str, object]:
    """The choices, and the thing as plain text."""
    row = asked.row
    choices = choices_for(kind_of(row), asked.standing, can_be_trusted=row.person_id is not None)
    about: dict[str, object] = {
        "asked": asked,
        "row": row,
        "group": asked.group,
        "choices": [choice for choice in choices if choice.name in tuple(Decision)],
        "text": row.beginning,
    }
    if asked.kind == "letter":
        inbound = Inbound.objects.select_related("spooled").filter(pk=row.target).first()
        if inbound is not None:
            letter = open_letter(inbound).letter
            about["text"] = letter.visible[:LONGEST_LETTER] or letter.text[:LONGEST_LETTER]
            about["sender"] = f"{letter.from_name} <{letter.from_address}>" if letter.from_name else letter.from_address
            about["files"] = [each.filename or each.content_type for each in letter.attachments]
    if asked.kind == "request":
        about["answers"] = JoinRequest.objects.values_list("answers", flat=True).filter(pk=row.target).first()
    return about
