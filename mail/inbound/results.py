"""Authentication-Results (RFC 8601) of a relay we trust. Whatever else carries that header was written by strangers."""

import re
from collections.abc import Collection, Iterator, Sequence

from archive.parsing.headers import split_headers
from mail.rules.types import Authentication

_COMMENT = re.compile(r"\(([^()]*)\)")
_RESULT = re.compile(r"^\s*([a-z0-9-]+)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b([a-z]+)\.([a-z0-9-]+)\s*=\s*(\"[^\"]*\"|[^\s;]+)", re.IGNORECASE)
_POLICY = re.compile(r"\bp=(none|quarantine|reject)\b", re.IGNORECASE)


def of_trusted_relay(raw: bytes, trusted: Collection[str]) -> Authentication | None:
    """What the relay found, None where it says nothing. Only headers above the second Received count: what stands lower came
    with the letter, and a relay that does not remove forgeries (RFC 8601 §5) must not be their messenger."""
    if not trusted:
        return None
    names = {name.lower() for name in trusted}
    values = [value for value in _topmost_results(split_headers(raw).fields) if _server(value) in names]
    return _read(values) if values else None


def _topmost_results(fields: Sequence[tuple[str, str]]) -> Iterator[str]:
    hops = 0
    for name, value in fields:
        lowered = name.lower()
        hops += lowered == "received"
        if hops > 1:
            return
        if lowered == "authentication-results":
            yield value


def _server(value: str) -> str:
    words = _COMMENT.sub(" ", value).split(";")[0].split()
    return words[0].lower() if words else ""


def _read(values: Sequence[str]) -> Authentication:
    spf = dmarc = arc = "none"
    spf_domain = dmarc_domain = policy = ""
    dkim: list[tuple[str, str]] = []
    for method, result, properties, comment in _results(values):
        if method == "spf" and spf == "none":
            spf, spf_domain = result, _domain(properties.get("smtp.mailfrom") or properties.get("smtp.helo", ""))
        elif method == "dkim" and result != "none":
            dkim.append((_domain(properties.get("header.d") or properties.get("header.i", "")), result))
        elif method == "dmarc" and dmarc == "none":
            published = _POLICY.search(comment)
            dmarc, dmarc_domain = result, _domain(properties.get("header.from", ""))
            policy = properties.get("policy.dmarc") or (published[1].lower() if published else "")
        elif method == "arc" and arc == "none":
            arc = result
    return Authentication(spf, spf_domain, tuple(dkim), dmarc, dmarc_domain, policy, arc, by=_server(values[0]))


def _results(values: Sequence[str]) -> Iterator[tuple[str, str, dict[str, str], str]]:
    for value in values:
        for piece in re.split(r";(?![^(]*\))", value)[1:]:
            plain = _COMMENT.sub(" ", piece)
            found = _RESULT.match(plain)
            if found:
                properties = {
                    f"{kind}.{name}".lower(): text.strip('"').lower() for kind, name, text in _PROPERTY.findall(plain)
                }
                yield found[1].lower(), found[2].lower(), properties, " ".join(_COMMENT.findall(piece))


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip("<>. ")
