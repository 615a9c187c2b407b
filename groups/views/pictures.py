"""Icon and cover of a group: the page to choose them, and the pictures themselves."""

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from groups import pictures
from groups.access import person, visit_group, visit_with
from groups.actions.pictures import set_picture
from groups.forms.pictures import LookForm
from groups.models import Right, Visibility

FOR_EVER = "max-age=31536000, immutable"  # another picture has another address


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def look(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_with(request, slug, Right.SETTINGS)
    by = person(request)
    assert by is not None
    form = LookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        changed = False
        for kind in pictures.SIZES:
            made = form.cleaned_data[kind]
            if made is not None or form.cleaned_data[f"{kind}_gone"]:
                changed |= set_picture(group=visit.group, by=by, kind=kind, made=made)
        messages.success(request, _("The pictures are saved.") if changed else _("Nothing was changed."))
        return redirect("group-look", visit.group.slug)
    return render(request, "groups/settings/look.html", {"visit": visit, "tab": "settings", "form": form})


@require_safe
def picture(request: HttpRequest, slug: str, picture: str, name: str, width: int) -> HttpResponseBase:
    """For whoever may see the group. `picture`: icon or cover."""
    visit = visit_group(request, slug)
    widths = [each for each, _height in pictures.SIZES.get(picture, ())]
    if width not in widths or not name or name != getattr(visit.group, picture):
        raise Http404(_("There is no such picture."))
    path = pictures.path_of(visit.group.pk, picture, name, width)
    if not default_storage.exists(path):
        raise Http404(_("The file of this picture is missing."))
    response = FileResponse(default_storage.open(path), content_type=pictures.CONTENT_TYPE)
    is_secret = visit.group.visibility == Visibility.PRIVATE
    response.headers["Cache-Control"] = f"{'private' if is_secret else 'public'}, {FOR_EVER}"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    if is_secret:
        patch_vary_headers(response, ["Cookie"])
    return response
