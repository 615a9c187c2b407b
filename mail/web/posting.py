"""Writing to a group on the web. The letter goes through the same spool as one that comes by mail, so the same becomes of it."""

import logging
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from archive import moments
from archive.models import Message
from archive.reading import Reading, open_archive
from archive.rendering import fragment_of, reveal_addresses
from common.ratelimit import allowed
from groups.access import Visit, person, visit_group
from groups.models import Group, Membership
from mail.addressing import list_address
from mail.inbound import pipeline, spool
from mail.inbound.facts import gather
from mail.inbound.incoming import Incoming
from mail.inbound.spool import AWAY
from mail.models import Delivery, Door, Inbound, InboundState, Spooled
from mail.rules import Action, Verdict, judge
from mail.web import drafts, letters
from mail.web.forms import LetterForm, why_too_large
from mail.web.people import addresses_of

AN_HOUR = 3600
MOST_AN_HOUR = 30
ABOUT_THE_WRITER = frozenset(
    {"banned", "closed", "strangers", "posting", "announcements", "locked", "old-topic"}
)  # rules that ask nothing of the letter
SHUT = (Action.REJECT, Action.DISCARD)
NO_WORDS = gettext_lazy("You may not write to this group.")
TOO_OFTEN = gettext_lazy(
    "You have sent %(count)s letters within an hour. Your letter is still here: send it a little later."
)

logger = logging.getLogger(__name__)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_topic(request: HttpRequest, slug: str) -> HttpResponse:
    return _write(request, visit_group(request, slug), None)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    reading = open_archive(request, slug)
    return _write(request, reading.visit, answered(reading, number))


def answered(reading: Reading, number: int) -> Message:
    """The letter that is answered."""
    found = reading.messages.filter(number=number).select_related("content", "thread").defer("content__raw")
    parent = found.first()
    if parent is None:
        raise Http404("There is no such letter.")
    return parent


def _write(request: HttpRequest, visit: Visit, parent: Message | None) -> HttpResponse:
    user = person(request)
    assert user is not None
    addresses = addresses_of(user)
    try:
        outlook = outlook_of(visit.group, user, addresses, parent)
    except MayNotWrite as refusal:
        return _page(request, visit, "may_not_write.html", why=refusal.why, status=403)
    desk = _Desk(request, visit, user, parent, addresses, outlook)
    return desk.take() if request.method == "POST" else desk.show(desk.empty_form())


class MayNotWrite(Exception):
    """This person may not write here, whatever the letter. `why` is empty where they have no confirmed address."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def outlook_of(group: Group, user: User, addresses: list[str], parent: Message | None) -> Verdict:
    """What would become of a letter of theirs. Raises MayNotWrite."""
    if not addresses:
        raise MayNotWrite("")
    outlook = foresee(as_letter(group, user, sample(addresses[0]), parent), addresses[0], group, user)
    if outlook.action in SHUT and outlook.rule in ABOUT_THE_WRITER:
        raise MayNotWrite(outlook.to_sender or str(NO_WORDS))
    return outlook


def sample(address: str) -> dict[str, Any]:
    return {"address": address, "subject": "A letter", "text": "Some words of it.", "once": "sample"}


class _Desk:
    """One request of one person who writes one letter."""

    def __init__(
        self,
        request: HttpRequest,
        visit: Visit,
        user: User,
        parent: Message | None,
        addresses: list[str],
        outlook: Verdict,
    ) -> None:
        self.request, self.visit, self.user, self.parent = request, visit, user, parent
        self.group, self.addresses, self.outlook = visit.group, addresses, outlook

    def empty_form(self) -> LetterForm:
        membership = Membership.objects.filter(group=self.group, user=self.user).first()
        own = membership.address.lower() if membership else ""
        initial = {"once": LetterForm.new_once(), "address": own if own in self.addresses else self.addresses[0]}
        if self.parent is not None:
            when = moments.short_minute(timezone.localtime(self.parent.sent_at))
            initial["subject"] = letters.reply_subject(self.parent.subject)
            initial["text"] = letters.quotation(self.parent.author_label, when, self.parent.content.text)
        return LetterForm(addresses=self.addresses, initial=initial)

    def take(self) -> HttpResponse:
        post = self.request.POST
        form = LetterForm(post, self.request.FILES, addresses=self.addresses)
        once = form.once_given
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["once"] = once  # type: ignore[index]
        drafts.take_away(self.user.pk, once, post.getlist("remove"))
        self._keep_files(form, once)
        if not form.is_valid():
            return self.show(form, once=once)
        values = {**form.cleaned_data, "once": once}
        if "send" not in post:
            return self.show(form, once=once, preview=self._preview(values) if "preview" in post else None)
        raw = as_letter(self.group, self.user, values, self.parent)
        if len(raw) > settings.MAIL_SIZE_LIMIT:
            form.add_error(
                "attachments" if "attachments" in form.fields else "text",
                why_too_large([len(raw)]) or _("The letter is too large."),
            )
            return self.show(form, once=once)
        if not allowed("web-post", self.user.pk, limit=MOST_AN_HOUR, seconds=AN_HOUR):
            form.add_error(None, str(TOO_OFTEN) % {"count": MOST_AN_HOUR})
            return self.show(form, once=once, status=429)
        inbound = post_once(self.group, self.user, values, raw)
        drafts.forget(self.user.pk, once)
        return _after(self.request, inbound)

    def _keep_files(self, form: LetterForm, once: str) -> None:
        """Keep what was chosen now beside what was kept before, as far as there is room for it."""
        if "attachments" not in form.fields:
            return
        chosen = self.request.FILES.getlist("attachments")
        sizes = [file.size for file in drafts.kept(self.user.pk, once)] + [file.size or 0 for file in chosen]
        problem = why_too_large(sizes)
        if problem:
            form.add_error("attachments", problem)
        elif chosen:
            drafts.keep(self.user.pk, once, chosen)

    def _preview(self, values: dict[str, Any]) -> dict[str, Any]:
        raw = as_letter(self.group, self.user, values, self.parent)
        incoming = _incoming(raw, values["address"], self.group, self.user)
        self.outlook = judge(gather(incoming))
        body = _shown(fragment_of(incoming.letter.html, incoming.letter.text))
        return {"subject": values["subject"], "body": body, "address": values["address"]}

    def show(
        self, form: LetterForm, *, once: str = "", preview: dict[str, Any] | None = None, status: int = 200
    ) -> HttpResponse:
        kept = drafts.kept(self.user.pk, once) if once else []
        context = {"form": form, "parent": self.parent, "kept": kept, "preview": preview, "outlook": self._outlook()}
        return _page(self.request, self.visit, "write.html", status=status, **context)

    def _outlook(self) -> str:
        """What would become of it, where that is not what one expects."""
        if self.outlook.action is Action.ACCEPT:
            return ""
        words = self.outlook.to_sender or self.outlook.reason
        return (
            _("A moderator looks at it first. %(why)s") % {"why": words}
            if self.outlook.action in (Action.HOLD, Action.QUARANTINE)
            else words
        )


def _shown(html: str) -> SafeString:
    return mark_safe(reveal_addresses(html))  # noqa: S308 - made by archive.rendering, which lets nothing live through


def as_letter(group: Group, user: User, values: dict[str, Any], parent: Message | None) -> bytes:
    written = letters.Written(
        name=user.name,
        address=values["address"],
        to=list_address(group),
        to_name=group.name,
        subject=values["subject"],
        text=values["text"],
        message_id=letters.message_id(group.site.mail_domain, _key(user, values)),
        date=timezone.localtime().replace(microsecond=0),
        answers=parent.message_id if parent is not None else "",
        references=parent.references.split() if parent is not None else (),
        files=[each.read() for each in drafts.kept(user.pk, values["once"])],
    )
    return letters.as_bytes(written)


def _key(user: User, values: dict[str, Any]) -> str:
    """The same for a form that was sent twice; another one where its author went back and wrote something else."""
    words = "\x1f".join(values[name] for name in ("address", "subject", "text"))
    return f"web:{user.pk}:{values['once']}:{blake2b(words.encode('utf-8', 'replace'), digest_size=6).hexdigest()}"


def _incoming(raw: bytes, address: str, group: Group, user: User) -> Incoming:
    spooled = Spooled(size=len(raw), envelope_from=address, door=Door.WEB, sender=user)
    return Incoming(Inbound(spooled=spooled, recipient=list_address(group), group=group), raw)


def foresee(raw: bytes, address: str, group: Group, user: User) -> Verdict:
    """What the rules would say. Changes nothing."""
    return judge(gather(_incoming(raw, address, group, user)))


def post_once(group: Group, user: User, values: dict[str, Any], raw: bytes) -> Inbound:
    """Into the spool, once, and through the pipeline at once, so that its author sees what became of it."""
    address, key = values["address"], _key(user, values)

    def accept() -> Inbound:
        (inbound,) = spool.accept(
            raw,
            address,
            [list_address(group)],
            door=Door.WEB,
            sender_id=user.pk,
            key=key,
            smtputf8=not address.isascii(),
        )
        return inbound

    try:
        inbound = accept()
    except IntegrityError:  # the same letter, sent twice in one moment: the other one is committed now
        inbound = accept()
    try:
        pipeline.process(inbound.pk)
    except AWAY as problem:  # it is committed: a worker takes it up
        logger.warning("Letter %s waits for a worker: %s", inbound.pk, problem)
    return Inbound.objects.select_related("group", "letter__thread").get(pk=inbound.pk)


def _after(request: HttpRequest, inbound: Inbound) -> HttpResponse:
    assert inbound.group is not None
    slug, letter = inbound.group.slug, inbound.letter
    if inbound.state == InboundState.COMMAND:
        messages.success(request, _("Your answer went to the owners of the group."))
        return redirect("group-home", slug)
    if inbound.state != InboundState.ARCHIVED or letter is None:
        return redirect("post-status", slug, inbound.pk)
    copies = Delivery.objects.filter(outgoing__letter=letter).count()
    said = ngettext(
        "Your letter is published, and on its way to %(count)s member.",
        "Your letter is published, and on its way to %(count)s members.",
        copies,
    )
    messages.success(request, said % {"count": f"{copies:,}"} if copies else _("Published."))
    return redirect(f"{reverse('thread', args=[slug, letter.thread.number])}?at={letter.number}#n{letter.number}")


@never_cache
@login_required
@require_safe
def status(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What became of a letter of one's own."""
    visit = visit_group(request, slug)
    return _page(request, visit, "posted.html", inbound=own_letter(request, visit, pk))


def own_letter(request: HttpRequest, visit: Visit, pk: int) -> Inbound:
    mine = Inbound.objects.filter(pk=pk, group=visit.group, spooled__sender=person(request))
    inbound = mine.select_related("letter__thread", "spooled").defer("spooled__raw").first()
    if inbound is None:
        raise Http404("There is no such letter of yours.")
    return inbound


def _page(request: HttpRequest, visit: Visit, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    context = {"visit": visit, "tab": "topics", **context}
    return render(request, f"mail/web/{template}", context, status=status)
