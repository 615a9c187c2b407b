"""Reporting a letter, or a person, to those who run the site: by whoever may read the letter, or see the person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from archive.models import Archive, Message
from groups import roster
from groups.abuse import targets, views
from groups.access import OwnersOnly, visit_archive, visit_as_member
from groups.models import Membership
from mail.panel.letters import of_letter

HIGHEST_KEY = 2**63 - 1


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    visit = visit_archive(request, slug)
    archive = Archive.objects.filter(group=visit.group).first()
    letters = Message.objects.filter(group=visit.group, number=min(number, HIGHEST_KEY)).visible(archive)
    found = letters.select_related("thread", "author").first()
    if found is None:
        raise Http404("There is no such letter.")
    found.group = visit.group
    back = reverse("message", args=[slug, number])
    return views.page(request, visit, of_letter(found), back)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A member whom the reader finds in the list of members."""
    visit = visit_as_member(request, slug, "list of members")
    if not visit.can_see_members:
        raise OwnersOnly("In this group only owners and moderators see the list of members.")
    shown = Membership.objects.filter(group=visit.group) if visit.can_moderate else roster.directory(visit.group, "")
    found = shown.filter(user=min(pk, HIGHEST_KEY)).select_related("user").first()
    if found is None:
        raise Http404("There is no such member.")
    return views.page(request, visit, targets.of_person(found.user), reverse("group-members", args=[slug]))
