"""Numbers as people read them. Pure."""

UNITS = ("bytes", "KB", "MB", "GB", "TB")


def size(number: float) -> str:
    for unit in UNITS[:-1]:
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "bytes" or number >= 10 else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} {UNITS[-1]}"


def count(number: float) -> str:
    return f"{number:,.0f}" if number >= 10 or number == int(number) else f"{number:.1f}"


def span(seconds: float) -> str:
    """How long: the two largest units at most."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        return f"{whole // 3600} h {whole // 60 % 60} min"
    return f"{whole // 86400} d {whole // 3600 % 24} h"


def plural(number: float, one: str, several: str) -> str:
    return f"{count(number)} {one if number == 1 else several}"
