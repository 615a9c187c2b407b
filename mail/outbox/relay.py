"""How the relay is doing. When it is away or refuses everything, the whole site waits, and the operator can read why."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from mail.models import Relay
from mail.outbox.session import Answer, Stage

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 15, 30, 60, 120, 300, 600, 900))
LONGEST_ROW = 10  # refusals, none accepted between them, after which it is no longer about the recipients
_ABOUT_ONE_MAILBOX = ("5.1.", "5.2.", "4.1.", "4.2.")


def paused_until(name: str) -> datetime | None:
    """Until when nothing is to be tried; None: go on."""
    until = Relay.objects.filter(name=name).values_list("paused_until", flat=True).first()
    return until if until is not None and until > timezone.now() else None


@transaction.atomic
def pause(name: str, reason: str) -> datetime:
    """Try nothing for a while, longer each time in a row."""
    relay, _ = Relay.objects.get_or_create(name=name)
    now = timezone.now()
    until = now + PAUSES[min(relay.failures, len(PAUSES) - 1)]
    Relay.objects.filter(pk=relay.pk).update(
        failures=relay.failures + 1, paused_until=until, paused_because=reason[:500], changed_at=now
    )
    return until


def works_again(name: str) -> None:
    """It took a letter."""
    Relay.objects.filter(name=name, failures__gt=0).update(
        failures=0, paused_until=None, paused_because="", changed_at=timezone.now()
    )


@dataclass
class Row:
    """Refusals in a row that may be about the relay: whose, from which letters, to which domains."""

    ids: list[int] = field(default_factory=list)
    letters: set[int] = field(default_factory=set)
    domains: set[str] = field(default_factory=set)
    at_mail: int = 0
    words: str = ""

    def take(self, answer: Answer, delivery: int, letter: int, domain: str) -> bool:
        """Count an answer. True: the relay refuses everything."""
        if answer.is_accepted:
            self.clear()
            return False
        if answer.status.startswith(_ABOUT_ONE_MAILBOX) or answer.code == 552:
            return False
        self.ids.append(delivery)
        self.letters.add(letter)
        self.domains.add(domain)
        self.at_mail += answer.stage == Stage.MAIL
        self.words = f"{answer.code} {answer.status} {answer.text}".replace("  ", " ")
        return self._says_enough(answer)

    def _says_enough(self, answer: Answer) -> bool:
        """One domain that refuses us, or one letter that nobody wants, is not the relay."""
        if len(self.ids) < LONGEST_ROW:
            return False
        if answer.stage in (Stage.DATA, Stage.END) and len(self.letters) < 2:
            return False
        return self.at_mail == len(self.ids) or len(self.domains) > 1

    def clear(self) -> None:
        if self.ids:
            self.__init__()  # type: ignore[misc]
