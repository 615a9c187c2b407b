"""Parts of addresses that Django's own path converters do not know."""

from django.urls.converters import StringConverter


class MessageIdConverter(StringConverter):
    """A Message-ID: slashes and all, with or without its angle brackets."""

    regex = ".+"

    def to_python(self, value: str) -> str:
        return value.strip().removeprefix("<").removesuffix(">").strip()


class YearConverter(StringConverter):
    regex = "[0-9]{4}"


class MonthConverter(StringConverter):
    regex = "0[1-9]|1[0-2]"
