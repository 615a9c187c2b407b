"""What can be reported to the site. The queue knows kinds only by name: the app that owns a kind registers it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import User
from groups.abuse.models import Case
from groups.actions import takedown
from groups.models import Group


@dataclass(frozen=True, slots=True)
class Target:
    """The thing itself, found anew at each look."""

    kind: str
    key: int
    title: str
    url: str
    group: Group | None = None
    person: User | None = None  # who would be suspended
    is_down: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """`take_down` and `put_back` say what was done, "" where somebody else was quicker; None where there is no such thing."""

    name: str
    label: str
    find: Callable[[int], Target | None]
    take_down: Callable[[Target, User, str], str] | None = None
    put_back: Callable[[Target, User], str] | None = None
    down: str = "Take it down"  # as a button
    up: str = "Put it back"
    destroy: Callable[[Target, User, str], str] | None = None

    # For templates, which would call the functions themselves.
    @property
    def takes_down(self) -> bool:
        return self.take_down is not None

    @property
    def puts_back(self) -> bool:
        return self.put_back is not None

    @property
    def destroys(self) -> bool:
        return self.destroy is not None


@dataclass(frozen=True, slots=True)
class Sample:
    """A letter to judge by."""

    title: str
    text: str
    url: str
    at: datetime | None = None


KINDS: dict[str, Kind] = {}
SAMPLES: list[Callable[[Target], list[Sample]]] = []  # filled by those who have letters
COUNTS: list[Callable[[User], list[tuple[str, int]]]] = []  # what a suspension would stop: ("letters that wait", 3)
DROP_WAITING: list[Callable[[User, User], int]] = []  # drops what waits from a person: (person, by) -> how many


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def target_of(case: Case) -> Target | None:
    kind = KINDS.get(case.kind)
    return kind.find(case.target) if kind is not None else None


def of_group(group: Group) -> Target:
    return Target("group", group.pk, group.name, group.get_absolute_url(), group=group, is_down=group.is_taken_down)


def of_person(user: User) -> Target:
    where = f"{reverse('admin:where')}?address={user.email}"
    return Target(
        "person", user.pk, f"{user.name} <{user.email}>".strip(), where, person=user, is_down=user.is_suspended
    )


def _group(key: int) -> Target | None:
    group = Group.objects.filter(pk=key).first()
    return of_group(group) if group is not None else None


def _person(key: int) -> Target | None:
    user = User.objects.filter(pk=key).first()
    return of_person(user) if user is not None else None


def _take_group_down(target: Target, by: User, because: str) -> str:
    assert target.group is not None
    done = takedown.take_down(group=target.group, by=by, because=because)
    return "" if done is None else ", ".join(["The group is taken down", *done]) + "."


def _put_group_back(target: Target, by: User) -> str:
    assert target.group is not None
    done = takedown.put_back(group=target.group, by=by)
    return "" if done is None else ", ".join(["The group is back", *done]) + "."


GROUP = Kind("group", "Group", _group, _take_group_down, _put_group_back, "Take the group down", "Put the group back")
PERSON = Kind("person", "Person", _person)
