"""Parts of addresses that Django's own path converters do not know."""

from django.urls.converters import StringConverter


class MessageIdConverter(StringConverter):
    """A Message-ID: slashes and all, with or without its angle brackets."""

    regex = ".+"

    def to_python(self, value: str) -> str:
        # NUL stands in no Message-ID, and PostgreSQL would not even be asked about one.
        return value.replace("\0", "").strip().removeprefix("<").removesuffix(">").strip()


class GroupSlugConverter(StringConverter):
    """The name of a group in addresses (groups.models.Group.slug): nothing else reaches the database."""

    regex = "[a-z0-9][a-z0-9._-]{0,62}"


class YearConverter(StringConverter):
    regex = "[0-9]{4}"


class MonthConverter(StringConverter):
    regex = "0[1-9]|1[0-2]"
