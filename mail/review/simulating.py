"""Trying a rule out on what came in lately, before it counts. Nothing is changed, nobody is told; time and number are bounded."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Group, Waiting
from mail.inbound.facts import Facts
from mail.inbound.incoming import open_letter
from mail.inbound.posts import LETTER
from mail.models import Inbound, InboundState
from mail.rules import content
from mail.rules.types import ContentRuleFacts

DAYS = 90
MOST = 2000  # letters
SECONDS = 8.0
CHUNK = 40
MOST_SHOWN = 50
OTHERS = (
    "loop",
    "auto-reply",
    "empty-return-path",
    "duplicate",
    "banned",
    "spam",
    "no-author",
    "own-address",
    "forged",
)
JUDGED = (InboundState.ARCHIVED, InboundState.HELD, InboundState.REJECTED, InboundState.DISCARDED)


@dataclass(frozen=True, slots=True)
class Hit:
    inbound: Inbound
    because: str
    became: str
    url: str = ""


@dataclass
class Trial:
    """What the rule would have done."""

    looked_at: int = 0
    hits: list[Hit] = field(default_factory=list)  # the newest
    became: Counter[str] = field(default_factory=Counter)
    is_cut_short: bool = False

    @property
    def ends(self) -> list[tuple[str, int]]:
        """What became of them in truth, the commonest first."""
        return self.became.most_common()

    @property
    def count(self) -> int:
        return self.became.total()


def try_out(group: Group, rule: ContentRuleFacts, *, days: int = DAYS, seconds: float = SECONDS) -> Trial:
    """Judge the letters of the last days by this rule alone, newest first: those that came so far as to be asked about."""
    deadline = time.monotonic() + seconds
    trial = Trial()
    since = timezone.now() - timedelta(days=days)
    rows = Inbound.objects.filter(group=group, received_at__gt=since, state__in=JUDGED).exclude(rule__in=OTHERS)
    rows = rows.order_by("-received_at", "-pk")
    ids = list(rows.values_list("pk", flat=True)[: MOST + 1])
    trial.is_cut_short = len(ids) > MOST
    for start in range(0, min(len(ids), MOST), CHUNK):
        if time.monotonic() > deadline:
            trial.is_cut_short = True
            break
        _look_at(group, ids[start : start + CHUNK], rule, trial)
    _add_pages(group, trial)
    return trial


def _look_at(group: Group, ids: list[int], rule: ContentRuleFacts, trial: Trial) -> None:
    found = Inbound.objects.filter(pk__in=ids).select_related("spooled__sender", "decided_by", "letter")
    inbounds = sorted(found, key=lambda inbound: (inbound.received_at, inbound.pk), reverse=True)
    for inbound in inbounds:
        inbound.group = group
    incomings = [open_letter(inbound) for inbound in inbounds]
    facts = Facts(incomings, own=(rule,))
    for incoming in incomings:
        trial.looked_at += 1
        finding = content.finding_of(rule, facts.of(incoming))
        if finding is not None:
            became = _became(incoming.inbound)
            trial.became[became] += 1
            if len(trial.hits) < MOST_SHOWN:
                trial.hits.append(Hit(incoming.inbound, finding.reason, became))


def _became(inbound: Inbound) -> str:
    by_hand = inbound.decided_by_id is not None
    return {
        InboundState.ARCHIVED: _("a moderator approved") if by_hand else _("went out at once"),
        InboundState.HELD: _("still wait"),
        InboundState.REJECTED: _("a moderator sent back") if by_hand else _("were sent back"),
        InboundState.DISCARDED: _("a moderator dropped") if by_hand else _("were dropped"),
    }[InboundState(inbound.state)]


def _add_pages(group: Group, trial: Trial) -> None:
    """Where each can be read: in the archive, or in the queue."""
    targets = [hit.inbound.pk for hit in trial.hits]
    rows = dict(Waiting.objects.filter(group=group, kind=LETTER, target__in=targets).values_list("target", "pk"))
    trial.hits = [
        Hit(hit.inbound, hit.because, hit.became, _page(group, hit.inbound, rows.get(hit.inbound.pk)))
        for hit in trial.hits
    ]


def _page(group: Group, inbound: Inbound, row: int | None) -> str:
    home = group.get_absolute_url()
    if inbound.letter is not None:
        return f"{home}message/{inbound.letter.number}/"
    return f"{home}moderation/{row}/" if row else ""
