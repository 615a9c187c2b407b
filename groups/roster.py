"""The members of a group as lists: found, filtered and sorted so that the hundred-thousandth costs no more than the first."""

from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import StrIndex
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from common.paging import Page, page_of
from groups.models import Delivery, Group, Membership, MemberWord, Posting, Role
from groups.models.words import asked_for

COUNTED = 2000  # up to here the number is exact
COUNT_KEPT = 60  # seconds, for larger groups
WORDS = 8
FEW = 500
RUNNING = (Role.OWNER, Role.MODERATOR)

SORTS = {"new": _("Latest first"), "old": _("Earliest first"), "name": _("By name")}
STATES = {
    "paused": _("Paused"),
    "moderated": _("Always wait"),
    "trusted": _("Never wait"),
    "refused": _("May not write"),
    "bouncing": _("Mail comes back"),
}


def member_count(group: Group) -> int:
    """How many members; of a large group, how many there were within the minute."""
    few = Membership.objects.filter(group=group).order_by()[:COUNTED].count()
    if few < COUNTED:
        return few
    key = f"members:{group.pk}"
    return int(cache.get_or_set(key, lambda: Membership.objects.filter(group=group).count(), COUNT_KEPT) or few)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for, from the query string; what is not understood is left out."""

    words: str = ""
    role: str = ""
    state: str = ""
    delivery: str = ""
    sort: str = "new"
    params: QueryDict = field(default_factory=QueryDict)

    @property
    def is_filtered(self) -> bool:
        return bool(self.words or self.role or self.state or self.delivery)

    @property
    def filters(self) -> bool:
        """Whether more than words is asked for."""
        return bool(self.role or self.state or self.delivery or self.sort != "new")


def wanted_in(params: QueryDict) -> Wanted:
    def one_of(name: str, allowed: Any, otherwise: str = "") -> str:
        value = str(params.get(name, ""))
        return value if value in allowed else otherwise

    return Wanted(
        words=" ".join(str(params.get("q", "")).replace("\x00", "").split())[:100],
        role=one_of("role", Role.values),
        state=one_of("state", STATES),
        delivery=one_of("delivery", Delivery.values),
        sort=one_of("sort", SORTS, "new"),
        params=params,
    )


def found(group: Group, wanted: Wanted) -> "QuerySet[Membership]":
    """All that is asked for but `bouncing`, which the mailboxes know."""
    people = with_words(group, wanted.words)
    if wanted.role:
        people = people.filter(role=wanted.role)
    if wanted.delivery:
        people = people.filter(delivery=wanted.delivery)
    if wanted.state == "paused":
        people = people.filter(paused_at__isnull=False)
    elif wanted.state in Posting.values:
        people = people.filter(posting=wanted.state)
    if wanted.role or wanted.delivery or wanted.state:
        people = _few_by_key(people, "joined_at", "pk")
    return people.select_related("user")


def with_words(group: Group, words: str, among: Q | None = None) -> "QuerySet[Membership]":
    """Those of whose name or addresses every word begins a part. Where one begins none, and where one is frequent, it may stand
    anywhere in them: that of many a page is soon found in the order of the list. `among`: the kept words that may be found."""
    everybody, wanted = Membership.objects.filter(group=group), asked_for(words)[:WORDS]
    kept = MemberWord.objects.filter(among or Q(), group=group)
    keys: set[int] | None = None
    frequent = []
    for word in wanted:
        found = set(kept.beginning_with(word).values_list("membership_id", flat=True)[: FEW * 2])
        if not found:
            return _few_by_key(_with(everybody, wanted), "label", "pk")
        if len(found) > FEW:
            frequent.append(word)
        else:
            keys = found if keys is None else keys & found
    return _with(everybody if keys is None else Membership.objects.filter(pk__among=sorted(keys)), frequent)


def _with(people: "QuerySet[Membership]", words: list[str]) -> "QuerySet[Membership]":
    for word in words:
        people = people.filter(label__contains=word)
    return people


def _few_by_key(people: "QuerySet[Membership]", *order: str) -> "QuerySet[Membership]":
    """Where few are left, they are found by an index that has them side by side (all labels of a group; all who always wait),
    and not by going through every member in the order of the list. Where many are, that order finds a page of them soon."""
    keys = list(people.order_by(*order).values_list("pk", flat=True)[: FEW + 1])
    return Membership.objects.filter(pk__among=keys) if len(keys) <= FEW else people


def page_of_members(people: "QuerySet[Membership]", wanted: Wanted, size: int) -> Page:
    if wanted.sort == "name":
        return page_of(people, wanted.params, field="label", size=size, descending=False, by_text=True)
    return page_of(people, wanted.params, field="joined_at", size=size, descending=wanted.sort == "new")


# What members see of one another


def shown_to_members(group: Group) -> Q:
    """Those who stand in the directory: as each of them says, else as the group does. Who runs the group always does."""
    said = Q(listed=True) | Q(role__in=RUNNING)
    return said | Q(listed__isnull=True) if group.members_listed else said


def _address_shown(group: Group, of: str = "") -> Q:
    shown = Q(**{f"{of}address_listed": True})
    return shown | Q(**{f"{of}address_listed__isnull": True}) if group.addresses_listed else shown


def shows_address(membership: Membership, group: Group) -> bool:
    said = membership.address_listed
    return group.addresses_listed if said is None else said


def directory(group: Group, words: str) -> "QuerySet[Membership]":
    """The members that members find: an address that is not shown is not found either."""
    among = Q(in_address=False) | _address_shown(group, "membership__")
    people = with_words(group, words, among).filter(shown_to_members(group))
    for word in asked_for(words)[:WORDS]:
        people = people.alias(line_end=StrIndex("label", Value("\n")), place=StrIndex("label", Value(word)))
        by_name = Q(place__gt=0, place__lt=F("line_end"))
        people = people.filter(Q(_address_shown(group), label__contains=word) | by_name)
    return people.filter(user__suspended_at__isnull=True).select_related("user")
