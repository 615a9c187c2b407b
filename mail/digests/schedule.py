"""When a person's hour comes next. Pure."""

import zoneinfo
from datetime import UTC, datetime, time, timedelta, tzinfo


def next_hour(after: datetime, zone: tzinfo, hour: int) -> datetime:
    """The first moment later than `after` (aware) at which it is `hour` o'clock in the zone, as UTC.

    An hour that the clocks leave out in spring comes when it would have been; one that they repeat in autumn comes once.
    """
    local_day = after.astimezone(zone).date()
    for days in range(3):
        moment = datetime.combine(local_day + timedelta(days=days), time(hour), tzinfo=zone).astimezone(UTC)
        if moment > after:
            return moment
    raise AssertionError("no day is longer than two")


def zone_named(name: str, otherwise: str = "UTC") -> tzinfo:
    """The zone of that IANA name; `otherwise` where it is empty or nobody knows it."""
    for each in (name, otherwise):
        try:
            if each:
                return zoneinfo.ZoneInfo(each)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return UTC
