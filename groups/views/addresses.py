"""The names of a group: its short name, those it had, and others that lead to it. For owners."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from common.ratelimit import allowed
from common.text import number_in
from groups.access import Visit, person, visit_as_owner
from groups.actions.addresses import NameTaken, add_alias, remove_alias, rename
from groups.forms.addresses import ShortNameForm

CHANGES_A_DAY = 10


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def addresses(request: HttpRequest, slug: str) -> HttpResponse:
    """`do`: rename, add, or nothing; `remove`: key of another name."""
    visit = visit_as_owner(request, slug)
    do = request.POST.get("do", "")
    if "remove" in request.POST:
        return _remove(request, visit)
    naming = ShortNameForm(
        request.POST if do == "rename" else None, group=visit.group, initial={"slug": visit.group.slug}
    )
    adding = ShortNameForm(request.POST if do == "add" else None, group=visit.group, prefix="other")
    form = {"rename": naming, "add": adding}.get(do)
    if form is not None and form.is_valid() and _done(request, visit, do, form):
        return redirect("group-addresses", visit.group.slug)
    aliases = list(visit.group.aliases.order_by("-was_its_name", "slug"))
    context = {"visit": visit, "tab": "settings", "naming": naming, "adding": adding, "aliases": aliases}
    return render(request, "groups/settings/addresses.html", context)


def _done(request: HttpRequest, visit: Visit, do: str, form: ShortNameForm) -> bool:
    if not allowed("group names", visit.group.pk, limit=CHANGES_A_DAY, seconds=86400):
        said = _("The names of a group change %(most)s times a day at most. Try again tomorrow.")
        form.add_error(None, said % {"most": CHANGES_A_DAY})
        return False
    by, slug = person(request), form.cleaned_data["slug"]
    assert by is not None
    try:
        if do == "add":
            add_alias(group=visit.group, by=by, slug=slug)
            said = _("Mail and links to “%(name)s” lead here now.") % {"name": slug}
        else:
            old = visit.group.slug
            renamed = rename(group=visit.group, by=by, slug=slug)
            now = _("The group is “%(name)s” now; “%(old)s” leads here, too.") % {"name": slug, "old": old}
            said = now if renamed else _("It has this name already.")
    except NameTaken as problem:
        form.add_error("slug", str(problem))
        return False
    messages.success(request, said)
    return True


def _remove(request: HttpRequest, visit: Visit) -> HttpResponse:
    by = person(request)
    assert by is not None
    name = remove_alias(group=visit.group, by=by, pk=number_in(request.POST["remove"]) or 0)
    if name is not None:
        said = _("“%(name)s” leads nowhere any more. No other group can take it.")
        messages.success(request, said % {"name": name})
    return redirect("group-addresses", visit.group.slug)
