"""DMARC (RFC 7489): does the sending host or a signature speak for the author's own domain, and if not, what does it ask?

The organisational domain is found by walking up the DNS tree, as the successor of RFC 7489 has it (dmarcbis §4.10), so no
list of public suffixes is needed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mail.inbound.dns import DnsTrouble, Lookups

MOST_LABELS = 8  # of a name that is walked up


@dataclass(frozen=True, slots=True)
class Outcome:
    result: str = "none"
    domain: str = ""  # where the policy was found
    policy: str = ""


def evaluate(
    author_domains: Iterable[str], spf: tuple[str, str], dkim: Sequence[tuple[str, str]], lookups: Lookups
) -> Outcome:
    """The outcome for the domain in From; of several the worst. spf and each of dkim: (result, domain that speaks)."""
    outcomes = [_of_domain(domain, spf, dkim, lookups) for domain in dict.fromkeys(author_domains) if domain]
    failed = [outcome for outcome in outcomes if outcome.result == "fail"]
    return next(iter([*failed, *outcomes]), Outcome())


def _of_domain(domain: str, spf: tuple[str, str], dkim: Sequence[tuple[str, str]], lookups: Lookups) -> Outcome:
    try:
        records = _records_above(domain, lookups)
    except DnsTrouble:
        return Outcome("temperror")
    if not records:
        return Outcome()
    place, record = records[0]
    policy = record.get("p", "none") if place == domain else record.get("sp", record.get("p", "none"))
    speaks = _aligned(spf, record.get("aspf"), domain, records) or any(
        _aligned(signature, record.get("adkim"), domain, records) for signature in dkim
    )
    if speaks:
        return Outcome("pass", place, policy)
    unsure = spf[0] in ("temperror", "unknown") or any(result == "temperror" for _, result in dkim)
    return Outcome("temperror" if unsure else "fail", place, policy)


def _aligned(
    found: tuple[str, str], mode: str | None, domain: str, records: Sequence[tuple[str, dict[str, str]]]
) -> bool:
    result, speaker = found
    if result != "pass" or not speaker:
        return False
    if mode == "s":
        return speaker == domain
    organisation = _organisation(domain, records)
    return speaker == organisation or speaker.endswith(f".{organisation}")


def _organisation(domain: str, records: Sequence[tuple[str, dict[str, str]]]) -> str:
    """The highest name with a record that is not a public suffix (psd=y), else the one below that suffix."""
    for place, record in reversed(records):
        if record.get("psd") == "y":
            return domain if place == domain else ".".join(domain.split(".")[-place.count(".") - 2 :])
        if "." in place:
            return place
    return domain


def _records_above(domain: str, lookups: Lookups) -> list[tuple[str, dict[str, str]]]:
    """Every DMARC record from the domain itself upwards."""
    labels = domain.split(".")
    names = [domain] + [".".join(labels[-count:]) for count in range(min(len(labels) - 1, MOST_LABELS - 1), 0, -1)]
    found = []
    for name in names:
        records = [
            text for text in lookups.texts(f"_dmarc.{name}") if text.replace(" ", "").lower().startswith("v=dmarc1")
        ]
        if len(records) == 1:  # several count as none (RFC 7489 §6.6.3)
            found.append((name, _tags(records[0])))
    return found


def _tags(record: str) -> dict[str, str]:
    pairs = (piece.partition("=") for piece in record.split(";"))
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs if name.strip()}
