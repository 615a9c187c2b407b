"""/metrics for Prometheus: what an operator wants to be woken by. Gauges are read from the database at each scrape."""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from archive.models import Archive, Quarantined, Transfer
from archive.search import indexer
from groups.models import Group
from mail import depths

NEAR = frozenset({"127.0.0.1", "::1"})


class House(Collector):
    """Groups, letters, imports by state, quarantine, index lag, mail that waits."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        letters = Archive.objects.aggregate(total=Sum("message_count"))["total"] or 0
        yield GaugeMetricFamily("posthouse_groups", "Groups", value=Group.objects.count())
        yield GaugeMetricFamily("posthouse_letters", "Visible letters in all archives", value=letters)
        waiting = Quarantined.objects.filter(state=Quarantined.State.WAITING).count()
        yield GaugeMetricFamily("posthouse_quarantined", "Letters waiting in quarantine", value=waiting)
        yield self._imports()
        lag = indexer.lag()
        yield GaugeMetricFamily(
            "posthouse_index_lag_seconds", "Age of the oldest change not indexed", value=lag.seconds
        )
        yield GaugeMetricFamily("posthouse_index_jobs", "Changes the index still has to learn", value=lag.jobs)

        yield from self._mail()

    @staticmethod
    def _mail() -> Iterator[GaugeMetricFamily]:
        for way, found in (("inbound", depths.inbound()), ("outbound", depths.outbound())):
            count = GaugeMetricFamily(f"posthouse_{way}", f"{way.title()} mail that waits, by state", labels=["state"])
            oldest = GaugeMetricFamily(f"posthouse_{way}_oldest_seconds", "Age of the oldest of it", labels=["state"])
            for depth in found:
                count.add_metric([depth.state], depth.count)
                oldest.add_metric([depth.state], depth.oldest)
            yield count
            yield oldest
        waiting = depths.on_disk()
        yield GaugeMetricFamily("posthouse_inbound_on_disk", "Letters in the Maildir spool", value=waiting)
        yield GaugeMetricFamily(
            "posthouse_outbound_overdue_seconds", "Since when the first copy is due", value=depths.overdue()
        )
        paused, suspended = len(depths.paused_relays()), depths.suspended_mailboxes()
        yield GaugeMetricFamily("posthouse_relays_paused", "Relays that nothing is given to for a while", value=paused)
        yield GaugeMetricFamily(
            "posthouse_mailboxes_suspended", "Addresses that no mail goes to, because it came back", value=suspended
        )

    @staticmethod
    def _imports() -> GaugeMetricFamily:
        family = GaugeMetricFamily("posthouse_imports", "Imports by state", labels=["state"])
        for row in Transfer.objects.values("state").annotate(count=Count("pk")).order_by("state"):
            family.add_metric([row["state"]], row["count"])
        return family


@never_cache
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Text format 0.0.4; for this machine, or whoever knows METRICS_TOKEN."""
    if not _may_read(request):
        return HttpResponseForbidden("Give METRICS_TOKEN as a bearer token.", content_type="text/plain")
    registry = CollectorRegistry()
    registry.register(House())
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    token = settings.METRICS_TOKEN
    if token:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}")
    # Behind a proxy everybody seems near: then only the token counts.
    return request.META.get("REMOTE_ADDR") in NEAR and "X-Forwarded-For" not in request.headers
