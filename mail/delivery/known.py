"""What the database knows that matters to posts of one group on their way out, asked once for all of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db.models.functions import Lower

from accounts.models import User
from archive.models import Attachment, Message
from common import lookups  # noqa: F401  registers __among
from common.prepared import Prepared, Slot
from groups.models import Membership
from mail.models import SeenDomain, SigningKey

_accounts = Prepared(
    lambda: (
        User.objects.annotate(lowered=Lower("email"))
        .filter(lowered__among=Slot("addresses"))
        .values_list("lowered", "pk")
    )
)
_confirmed = Prepared(
    lambda: EmailAddress.objects.filter(email__among=Slot("addresses"), verified=True).values_list("email", "user_id")
)
_refusing = Prepared(lambda: SeenDomain.objects.filter(domain__among=Slot("domains")).values_list("domain"))
_files = Prepared(lambda: Attachment.objects.filter(message__id__among=Slot("messages"), blob=""))
_limits = Prepared(
    lambda: (
        Membership.objects.filter(group=Slot("group"), attachments_kb__isnull=False)
        .values_list("attachments_kb")
        .distinct()
    )
)
_plain = Prepared(lambda: Membership.objects.filter(group=Slot("group"), plain_text=True).values_list("pk")[:1])
_keys = Prepared(lambda: SigningKey.objects.filter(domain=Slot("domain"), active=True).values_list("pk")[:1])


@dataclass(frozen=True, slots=True)
class Known:
    """About posts of one group."""

    accounts: Mapping[str, Collection[int]]  # address in small letters -> whose it is
    refusing: Collection[str]  # domains that were seen to refuse what others send in their name
    files: Mapping[int, Sequence[Attachment]]  # post -> its attachments
    limits: Collection[int]  # KB above which members want links instead; only where there are attachments

    def authors(self, address: str, signed_in: int | None) -> set[int]:
        return {*self.accounts.get(address.lower(), ()), *([signed_in] if signed_in else [])}


def known_of(messages: Sequence[Message]) -> Known:
    addresses = {message.from_address.lower() for message in messages if message.from_address}
    files = _files_of([message.pk for message in messages if message.attachment_count])
    return Known(
        accounts=accounts_of(addresses),
        refusing=refusing(address.rpartition("@")[2] for address in addresses),
        files=files,
        limits=[limit for (limit,) in _limits.all(group=messages[0].group_id)] if files else [],
    )


def accounts_of(addresses: Collection[str]) -> dict[str, set[int]]:
    """Addresses in small letters -> accounts that are known by them."""
    found: dict[str, set[int]] = {}
    wanted = list(addresses)
    for address, pk in [*_accounts.all(addresses=wanted), *_confirmed.all(addresses=wanted)]:
        found.setdefault(address, set()).add(pk)
    return found


def refusing(domains: Iterable[str]) -> set[str]:
    return {domain for (domain,) in _refusing.all(domains=list(set(domains)))}


def wants_plain_text(group: int) -> bool:
    """Whether somebody in the group does."""
    return bool(_plain.first(group=group))


def seals(domain: str) -> bool:
    """Whether there is a key to sign and seal with."""
    return bool(_keys.first(domain=domain))


def _files_of(messages: Sequence[int]) -> dict[int, list[Attachment]]:
    files: dict[int, list[Attachment]] = {}
    for file in _files.all(messages=list(messages)) if messages else []:
        files.setdefault(file.message_id, []).append(file)
    return files
