"""One person reading one group's archive: the door every page, feed and export of letters goes through."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.models import User
from archive.models import Archive, Attachment, Message, MessageQuerySet, Thread, ThreadQuerySet
from common.caching import public_page
from groups.access import Visit, person, visit_archive
from groups.models import Group

P = ParamSpec("P")
SECONDS_KEPT = 1  # by caches on the way: what a moderator took away must not live on there


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads what: the visit, the archive (never None), and the person (None for a stranger without an account)."""

    visit: Visit
    archive: Archive
    user: User | None

    @property
    def group(self) -> Group:
        return self.visit.group

    @property
    def slug(self) -> str:
        return self.visit.group.slug

    @property
    def sees_addresses(self) -> bool:
        return self.visit.sees_addresses

    @property
    def last_number(self) -> int:
        """The highest letter number given out so far; 0 where there is none."""
        return self.archive.next_number - 1

    @property
    def staging(self) -> tuple[int, ...]:
        """Imports whose letters nobody sees yet: part of the shape of prepared queries."""
        return tuple(self.archive.staging)

    @property
    def messages(self) -> MessageQuerySet:
        """The letters of the group that people may see."""
        return Message.objects.filter(group=self.group).visible(self.archive)

    def in_thread(self, number: int) -> MessageQuerySet:
        """The letters of a thread. Without a word about the group: a planner that knows no statistics might take the index
        of all its letters to find the few of a thread."""
        return Message.objects.filter(thread__group=self.group, thread__number=number).visible(self.archive)

    @property
    def threads(self) -> ThreadQuerySet:
        return Thread.objects.filter(group=self.group).visible(self.archive)

    def attachments(self) -> Any:
        """Attachments of visible letters, with the few fields of their letters that a list shows."""
        seen = Attachment.objects.filter(group=self.group, message__hidden_at__isnull=True)
        if self.archive.staging:
            seen = seen.exclude(message__transfer__in=self.archive.staging)
        return seen.select_related("message")


def reads_archive(view: Callable[Concatenate[HttpRequest, Reading, P], HttpResponseBase]) -> Callable[..., Any]:
    """Makes a view of `view(request, reading, …)` for an address that begins with the group's slug.

    Whoever may not read the archive never reaches the view. Strangers get a page that may be cached until the archive
    changes; for people who are signed in, and for archives that are not public, it stays in their own browser.
    """

    @wraps(view)
    def door(request: HttpRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        reading = open_archive(request, slug)
        return answer(request, reading, lambda: view(request, reading, *args, **kwargs))

    return door


def open_archive(request: HttpRequest, slug: str) -> Reading:
    """One query for a stranger. Raises what groups.access raises for those who may not read."""
    visit = visit_archive(request, slug, related=("archive",))
    return Reading(visit, Archive.of(visit.group), person(request))


def answer(request: HttpRequest, reading: Reading, build: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """build(), or 304 for a stranger who has this state of the archive already."""
    group, archive = reading.group, reading.archive
    return public_page(
        request,
        build,
        version=("archive", group.pk, group.name, group.summary, group.changed_at, archive.version),
        changed_at=archive.changed_at or group.created_at,
        public=group.archive_is_public,
        seconds=SECONDS_KEPT,
    )


def show(request: HttpRequest, reading: Reading, template: str, *, tab: str, **context: Any) -> HttpResponse:
    """Render a page of the archive, with what every one of them needs."""
    return render(
        request,
        f"archive/{template}",
        {"reading": reading, "visit": reading.visit, "archive": reading.archive, "tab": tab, **context},
    )
