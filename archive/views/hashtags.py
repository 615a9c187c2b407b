"""Topics by hashtag: all tags of a group, the topics of one, and tagging a topic."""

from typing import Any

from django.contrib import messages as notices
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from archive.actions.tagging import hashtags_of, tag_topic, untag_topic
from archive.models import Hashtag, Tagging, Thread
from archive.parsing.hashtags import as_hashtag
from archive.reading import Reading, open_archive, reads_archive, show
from common.paging import page_of
from groups.access import visit_with
from groups.models import Right

TAGS_A_PAGE = 100
TOPICS_A_PAGE = 50
COMMON = 1000  # topics


@require_safe
@reads_archive
def hashtags(request: HttpRequest, reading: Reading) -> HttpResponse:
    page = page_of(_in_use(reading), request.GET, field="used_at", size=TAGS_A_PAGE)
    return show(request, reading, "hashtags.html", tab="topics", page=page)


def _in_use(reading: Reading) -> "QuerySet[Hashtag]":
    """Tags of topics that people may see. Nothing but the tag narrows the search, so that planners begin at it, not at the
    letters of the group."""
    holding = Tagging.objects.filter(hashtag=OuterRef("pk"), holds=True, message__hidden_at__isnull=True)
    if reading.staging:
        under_way = Q(message__transfer__in=reading.staging)
        holding = holding.filter(Q(message__transfer__isnull=True) | ~under_way)
    return Hashtag.objects.filter(Exists(holding), group=reading.group)


@require_safe
@reads_archive
def hashtag(request: HttpRequest, reading: Reading, tag: str) -> HttpResponse:
    found = _in_use(reading).filter(name=tag).first() if "\x00" not in tag else None
    if found is None:
        raise Http404(_("No topic has this hashtag."))
    page = page_of(_tagged(reading, found), request.GET, field="last_at", size=TOPICS_A_PAGE)
    put_on(page.rows)
    return show(request, reading, "hashtag.html", tab="topics", page=page, hashtag=found)


def _tagged(reading: Reading, hashtag: Hashtag) -> "QuerySet[Thread]":
    """Topics with the tag. A rare one is looked up from its letters; of a common one the latest topics are soon found by
    walking down the list of all topics."""
    held = Tagging.objects.filter(hashtag=hashtag, holds=True, message__hidden_at__isnull=True)
    if held.order_by()[COMMON : COMMON + 1].exists():
        return reading.threads.filter(Exists(held.filter(message__thread=OuterRef("pk"))))
    return reading.threads.filter(pk__in=held.values("message__thread"))


def put_on(threads: list[Any]) -> None:
    """Let rows say what the topics are tagged with. One query."""
    tags = hashtags_of([thread.pk for thread in threads])
    for thread in threads:
        thread.hashtags = tags.get(thread.pk, [])


@require_POST
@login_required
def tag(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`add`: a tag as typed; `remove`: one the topic has."""
    reading = open_archive(request, slug)
    visit_with(request, slug, Right.TOPICS)
    thread = reading.threads.filter(number=number).first()
    if thread is None or reading.user is None:
        raise Http404(_("There is no such topic."))
    group, by = reading.group, reading.user
    if "remove" in request.POST:
        untag_topic(name=request.POST["remove"].replace("\x00", "")[:100], group=group, thread=thread, by=by)
        return redirect("thread", slug, number)
    name = as_hashtag(request.POST.get("add", "").replace("\x00", "")[:100])
    if not name:
        notices.error(request, _("A hashtag is one word of letters, digits and hyphens, as in #harvest."))
    elif not tag_topic(name=name, group=group, thread=thread, by=by):
        said = _("The topic has #%(name)s already, or the group has very many hashtags.")
        notices.info(request, said % {"name": name})
    return redirect("thread", slug, number)
