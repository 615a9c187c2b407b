"""What search engines are told there is (sitemaps.org, 0.9): groups of the directory that let them in, and the topics of those
that everybody may read. Each file covers a range of keys, is written while it is sent, and costs the same wherever it lies."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from archive.models import Thread
from archive.moments import machine
from groups.directory.tree import tree
from groups.models import ArchiveAccess, Group

MOST = 50_000  # addresses in one file
GROUPS_A_FILE = MOST // 2  # a home, and perhaps guidelines
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
CACHED = "public, max-age=3600"
Url = tuple[str, datetime | None]


def _groups() -> QuerySet[Group]:
    return Group.objects.listed().filter(indexing=True)


def _threads() -> QuerySet[Thread]:
    readable = {"group__archive_access": ArchiveAccess.PUBLIC, "group__in": _groups()}
    return Thread.objects.visible().filter(Q(transfer=None) | Q(transfer__staged=False), **readable)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    groups, threads = (model.objects.aggregate(last=Max("pk"))["last"] or 0 for model in (Group, Thread))
    files = [reverse("sitemap-categories")]
    files += [reverse("sitemap-groups", args=[number]) for number in range(groups // GROUPS_A_FILE + 1)]
    files += [reverse("sitemap-topics", args=[number]) for number in range(threads // MOST + 1)]
    body = "".join(f"<sitemap><loc>{settings.SITE_URL}{path}</loc></sitemap>\n" for path in files)
    response = HttpResponse(f"{DECLARATION}<sitemapindex {XMLNS}>\n{body}</sitemapindex>\n", "application/xml")
    response.headers["Cache-Control"] = CACHED
    return response


@require_safe
def categories(request: HttpRequest) -> StreamingHttpResponse:
    return _file([("/", None), *((reverse("category", args=[node.slug]), None) for node in tree().nodes())])


@require_safe
def groups(request: HttpRequest, number: int) -> StreamingHttpResponse:
    return _file(_urls_of_groups(_of_range(_groups(), number, GROUPS_A_FILE, Group)))


@require_safe
def topics(request: HttpRequest, number: int) -> StreamingHttpResponse:
    rows = _of_range(_threads(), number, MOST, Thread).values_list("group__slug", "number", "last_at")
    return _file((f"/g/{slug}/topic/{topic}/", at) for slug, topic, at in rows.iterator(2000))


def _of_range(rows: QuerySet, number: int, size: int, model: type[Group] | type[Thread]) -> QuerySet:  # type: ignore[type-arg]
    last = model.objects.aggregate(last=Max("pk"))["last"] or 0
    if number > last // size:
        raise Http404("There is no such sitemap.")
    return rows.filter(pk__gte=number * size, pk__lt=(number + 1) * size).order_by("pk")


def _urls_of_groups(rows: QuerySet[Group]) -> Iterator[Url]:
    for slug, guidelines, changed, written in rows.values_list(
        "slug", "guidelines", "changed_at", "archive__changed_at"
    ).iterator(2000):
        yield f"/g/{slug}/", max(changed, written or changed)
        if guidelines:
            yield f"/g/{slug}/guidelines/", changed


def _file(urls: Iterable[Url]) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_written(urls), content_type="application/xml")
    response.headers["Cache-Control"] = CACHED
    return response


def _written(urls: Iterable[Url]) -> Iterator[str]:
    """Addresses hold nothing that XML would have to escape: short names of groups are letters, digits, dots and hyphens."""
    yield f"{DECLARATION}<urlset {XMLNS}>\n"
    for path, at in urls:
        lastmod = f"<lastmod>{machine(at)}</lastmod>" if at else ""
        yield f"<url><loc>{settings.SITE_URL}{path}</loc>{lastmod}</url>\n"
    yield "</urlset>\n"
