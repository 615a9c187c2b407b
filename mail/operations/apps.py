from typing import Any

from django.apps import AppConfig

_beating: list[Any] = []


class OperationsConfig(AppConfig):
    name = "mail.operations"
    label = "operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        from celery import signals

        from common.panel import pages
        from mail.operations.check_views import delivery_check
        from mail.operations.views import operations

        signals.worker_ready.connect(_begin_worker, dispatch_uid="operations.worker", weak=False)
        signals.beat_init.connect(_begin_beat, dispatch_uid="operations.beat", weak=False)
        signals.beat_embedded_init.connect(_apart_from_parent, dispatch_uid="operations.embedded", weak=False)
        signals.worker_shutdown.connect(_end, dispatch_uid="operations.end", weak=False)
        where = pages.PanelPage(
            "operations/", "operations", "Operations", operations, "System", "monitoring", 1, may=anyone
        )
        pages.register(where)
        check = ("delivery-check/", "delivery-check", "Delivery self-check", delivery_check, "Mail", "verified", 1)
        pages.register(pages.PanelPage(*check))


def anyone(request: Any) -> bool:
    """Of the staff; what is shown of letters is another question."""
    return True


def _begin_worker(**_: Any) -> None:
    from common.heartbeats import Heartbeat

    _beating.append(Heartbeat("worker").start())


def _begin_beat(**_: Any) -> None:
    from common.heartbeats import Heartbeat

    _beating.append(Heartbeat("beat").start())


def _apart_from_parent(**_: Any) -> None:
    """Beat inside a worker is a fork of it: connections that the parent has pooled are the parent's."""
    from django.db import connection

    if connection.vendor == "postgresql":
        type(connection)._connection_pools = {}  # type: ignore[attr-defined]


def _end(**_: Any) -> None:
    while _beating:
        _beating.pop().stop()
