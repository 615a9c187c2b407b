"""Posts for rules: Bob's ordinary letter to a group of which he is a member, but for what the test says."""

from dataclasses import replace
from typing import Any

from mail.rules import GroupFacts, MemberFacts, Post

BOB = MemberFacts(pk=2)
MODERATOR = MemberFacts(pk=1, role="moderator")
TRUSTED = MemberFacts(pk=3, posting="trusted")


def a_post(*, headers: dict[str, str | tuple[str, ...]] | None = None, **facts: Any) -> Post:
    """Keywords are fields of Post or of GroupFacts; header names in small letters."""
    of_group = {name: facts.pop(name) for name in list(facts) if name in GroupFacts.__dataclass_fields__}
    values = {name: value if isinstance(value, tuple) else (value,) for name, value in (headers or {}).items()}
    return replace(Post(member=BOB, headers=values, group=GroupFacts(**of_group)), **facts)
