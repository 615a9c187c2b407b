"""The header fields by which programs know a list: RFC 2369, 2919, 5064, 8058. And what must not travel."""

from urllib.parse import quote

from mail.transforms.fields import Fields, encoded
from mail.transforms.types import GroupShape

LOOP = "x-posthouse-loop"  # our own mark, one for each group a letter went through
# Left by the way here, or asking each reader's program for something only the author's own recipients should be asked.
_NEVER = frozenset(
    {
        "return-path", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-envelope-from", "errors-to",
        "bcc", "resent-bcc", "approved", "approve", "x-approved", "urgent", "x-mailing-list", "mailing-list",
        "disposition-notification-to", "return-receipt-to", "x-confirm-reading-to", "read-receipt-to",
        "x-pmrqc", "generate-delivery-report", "precedence", "status", "x-status", "content-length", "archived-at",
    }
)  # fmt: skip
_NEVER_BEGIN = ("list-", "x-spam-", "x-list-", "x-mailman-", "x-beenthere", "x-rspamd-", "x-gm-")


def strip(fields: Fields, shape: GroupShape, protected: frozenset[str]) -> None:
    """Take out what must not travel. `protected`: names a signature covers that has to stay valid; Bcc and passwords go all
    the same."""
    spared = protected - {"bcc", "resent-bcc", "approved", "approve", "x-approved"}
    fields.remove_where(
        lambda name, field: (
            (name in _NEVER or name.startswith(_NEVER_BEGIN) or _claims_to_be_ours(name, field, shape))
            and name not in spared
        )
    )


def _claims_to_be_ours(name: str, field: bytes, shape: GroupShape) -> bool:
    """RFC 8601 §5: results in our own name that we did not write, or wrote for nobody but ourselves."""
    value = field.partition(b":")[2].strip().lower()
    return name == "authentication-results" and value.startswith(shape.domain.lower().encode())


def add(fields: Fields, shape: GroupShape, protected: frozenset[str]) -> None:
    """Name the list. A field a signature covers, if only its absence, is not added."""
    for name, value in _fields_of(shape):
        if name.lower() not in protected:
            fields.add(name, value)
    fields.add("X-Posthouse-Loop", shape.address)


def _fields_of(shape: GroupShape) -> list[tuple[str, str]]:
    unsubscribe = f"<mailto:{_mailto(shape.extension('unsubscribe'))}>"
    one_click = [("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")] if shape.leave_url else []
    return [
        ("List-Id", list_id(shape)),
        ("List-Help", f"<mailto:{_mailto(shape.extension('help'))}>"),
        (
            "List-Unsubscribe",
            f"<{shape.leave_url}>,\r\n {unsubscribe}" if shape.leave_url else unsubscribe,
        ),
        *one_click,
        ("List-Subscribe", f"<mailto:{_mailto(shape.extension('subscribe'))}>"),
        ("List-Post", "NO" if shape.is_closed else f"<mailto:{_mailto(shape.address)}>"),
        ("List-Owner", f"<mailto:{_mailto(shape.owner)}>"),
        *([("List-Archive", f"<{shape.archive_url}>")] if shape.archive_url else []),
        *([("Archived-At", f"<{shape.letter_url}>")] if shape.letter_url else []),
        ("Precedence", "list"),
    ]


def list_id(shape: GroupShape) -> str:
    """RFC 2919 §2: a phrase, and an identifier that stays when the list moves."""
    name = " ".join(shape.name.split())
    phrase = encoded(name) if not name.isascii() else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{phrase}\r\n <{shape.list_id}>"


def _mailto(address: str) -> str:
    return quote(address, safe="@")
