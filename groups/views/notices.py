"""The words of a group's notices: a page for each, with its variants, and one to write in, with a preview."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from common.notices import house_words
from groups.access import Visit, person, visit_with
from groups.actions.notices import drop_words, make_usual, save_words
from groups.forms.notices import NoticeForm
from groups.languages import in_language_of
from groups.models import NoticeWords, Right
from groups.notices.kinds import KINDS, Kind, examples_of, in_use
from groups.notices.words import as_html, house_draft, notices_of, put_into_words

MOST_VARIANTS = 20


@never_cache
@require_safe
def notices(request: HttpRequest, slug: str) -> HttpResponse:
    visit = visit_with(request, slug, Right.NOTICES)
    return _page(request, visit, "notices", found=notices_of(visit.group))


@never_cache
@require_safe
def notice(request: HttpRequest, slug: str, notice: str) -> HttpResponse:
    """The house's words and the group's variants, each as it would arrive."""
    visit, kind = _door(request, slug, notice)
    kept = [(words, _shown(visit, kind, words.subject, words.body)) for words in _kept(visit, notice)]
    with in_language_of(visit.group):
        house = house_words(notice, {**examples_of(kind, visit.group), "group": visit.group})
    return _page(request, visit, "notice", name=notice, kind=kind, kept=kept, house=house)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str, notice: str) -> HttpResponse:
    visit, kind = _door(request, slug, notice)
    with in_language_of(visit.group):
        draft = house_draft(notice)
    form = NoticeForm(request.POST or None, kind=kind, initial={"subject": draft.subject, "body": draft.text})
    if request.method == "POST" and _kept(visit, notice).count() >= MOST_VARIANTS:
        said = _("There are %(most)s variants already. Change or delete one.")
        form.add_error(None, said % {"most": MOST_VARIANTS})
    return _write(request, visit, notice, form, None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, notice: str, pk: int) -> HttpResponse:
    visit, kind = _door(request, slug, notice)
    words = _words(visit, notice, pk)
    return _write(request, visit, notice, NoticeForm(request.POST or None, kind=kind, instance=words), pk)


def _write(request: HttpRequest, visit: Visit, notice: str, form: NoticeForm, pk: int | None) -> HttpResponse:
    kind, preview = KINDS[notice], None
    if request.method == "POST" and form.is_valid():
        if "preview" in request.POST:
            preview = _shown(visit, kind, form.cleaned_data["subject"], form.cleaned_data["body"])
        elif _save(request, visit, notice, form, pk):
            return redirect("group-notice", visit.group.slug, notice)
    return _page(request, visit, "notice_form", name=notice, kind=kind, form=form, preview=preview, pk=pk)


def _save(request: HttpRequest, visit: Visit, notice: str, form: NoticeForm, pk: int | None) -> bool:
    words = _words(visit, notice, pk) if pk is not None else None  # afresh: the form wrote into its own
    try:
        save_words(group=visit.group, by=_by(request), notice=notice, words=words, **form.cleaned_data)
    except IntegrityError:
        form.add_error("label", _("There is a variant of this name already. Choose another."))
        return False
    messages.success(request, _("The words are saved."))
    return True


@require_POST
def choose(request: HttpRequest, slug: str, notice: str) -> HttpResponse:
    """`usual`: key of the words that are sent from now on, 0 for the house's. `drop`: key of words to delete."""
    visit, _kind = _door(request, slug, notice)
    key = request.POST.get("drop") or request.POST.get("usual", "")
    if not (key.isascii() and key.isdecimal()):
        raise Http404(_("There are no such words."))
    words = _words(visit, notice, int(key)) if int(key) else None
    if "drop" in request.POST and words is not None:
        drop_words(by=_by(request), words=words)
        said = _("“%(name)s” is deleted. What it said stays in the log.")
        messages.success(request, said % {"name": words.label})
    else:
        make_usual(group=visit.group, by=_by(request), notice=notice, words=words)
        said = _("“%(name)s” is sent from now on.") if words else _("The house’s words are sent again.")
        messages.success(request, said % {"name": words.label} if words else said)
    return redirect("group-notice", visit.group.slug, notice)


def _door(request: HttpRequest, slug: str, notice: str) -> tuple[Visit, Kind]:
    visit = visit_with(request, slug, Right.NOTICES)
    if not in_use(notice):
        raise Http404(_("There is no such notice."))
    return visit, KINDS[notice]


def _kept(visit: Visit, notice: str) -> Any:
    return NoticeWords.objects.filter(group=visit.group, notice=notice).order_by("-is_usual", "label")


def _words(visit: Visit, notice: str, pk: int) -> NoticeWords:
    found = NoticeWords.objects.filter(group=visit.group, notice=notice, pk=min(pk, 2**31 - 1)).first()
    if found is None:
        raise Http404(_("There are no such words."))
    return found


def _by(request: HttpRequest) -> User:
    by = person(request)
    assert by is not None
    return by


def _shown(visit: Visit, kind: Kind, subject: str, body: str) -> dict[str, Any]:
    """The mail with examples for what only a real one knows."""
    with in_language_of(visit.group):
        values = examples_of(kind, visit.group)
        words = put_into_words(kind, subject, body, values)
    return {"subject": words.subject, "text": words.text, "html": as_html(kind, body, values)}


def _page(request: HttpRequest, visit: Visit, template: str, **context: Any) -> HttpResponse:
    context = {"visit": visit, "tab": "settings", **context}
    return render(request, f"groups/settings/{template}.html", context)
