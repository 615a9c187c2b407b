"""docs/api.md says which page's right every request has; here every role tries every one of them beside its page.

A request that is missing from the table, or that lets in one more or one fewer than its page, fails.
"""

import re
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from archive.models import Message
from config.api import api, operations_of
from groups.models import ArchiveAccess, Group, MembersSeenBy, Visibility
from tests.api.callers import Caller, taken_back
from tests.test_permissions import (
    PARAMETERS,
    Visitor,
    concerns,
    garden,  # noqa: F401
    promised,
    visitors,  # noqa: F401
)

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parents[2] / "docs/api.md"
ROW = re.compile(r"^\| `([A-Z]+) (/[^`]+)` \| `([\w-]+)` \| (?:`([\w:]+)`)? ?\|$", re.MULTILINE)
BODIES: dict[str, Any] = {
    "POST /groups": {"name": "Beekeepers"},
    "PATCH /groups/{slug}/settings": {"summary": "Seeds and soil"},
    "PATCH /groups/{slug}/membership": {"delivery": "digest"},
    "POST /groups/{slug}/membership": {},
    "POST /groups/{slug}/members": {"people": [{"address": "hal@example.net"}], "consent": "asked"},
    "PATCH /groups/{slug}/members/{pk}": {"delivery": "digest"},
    "POST /groups/{slug}/invitations": {"people": [{"address": "ivy@example.net"}]},
    "POST /groups/{slug}/posts": {"subject": "Hello", "text": "Hello, all."},
    "POST /groups/{slug}/messages/{number}/replies": {"text": "Yes."},
    "POST /groups/{slug}/moderation/{pk}/decision": {"decision": "discard"},
    "PUT /groups/{slug}/moderation/{pk}/claim": {},
    "POST /groups/{slug}/polls": {"question": "When?", "options": ["Friday", "Saturday"]},
    "PUT /groups/{slug}/polls/{number}/ballot": {"choices": [{"option": 1}]},
    "POST /groups/{slug}/moderation/{pk}/notes": {"text": "I know them."},
}
KINDS: dict[str, dict[str, str]] = {
    "public": {},
    "for members": {"archive_access": ArchiveAccess.MEMBERS},
    "private": {"visibility": Visibility.PRIVATE, "archive_access": ArchiveAccess.MEMBERS},
    "members unseen": {"members_seen_by": MembersSeenBy.MODERATORS},
}
POSTED = {
    "member-change": {"what": "delivery", "delivery": "digest"}
}  # what the page is sent, where nothing would be 404
MISSING = {"post-status"}  # nobody has a letter there


def table() -> dict[str, tuple[str, str]]:
    """Request -> (page, scope)."""
    found = {f"{method} {path}": (page, scope) for method, path, page, scope in ROW.findall(TABLE.read_text())}
    assert len(found) == len(ROW.findall(TABLE.read_text())), "a request stands twice in the table"
    return found


def requests_of_the_api() -> dict[str, Any]:
    """Request -> what it needs."""
    return {
        f"{method} {re.sub(r'{[a-z]+:', '{', operation.path)}": operation.auth_callbacks[0]
        for operation in operations_of(api)
        for method in operation.methods
    }


def test_the_table_names_every_request_and_its_scope():
    needed = {request: needs.scope.value if needs.scope else "" for request, needs in requests_of_the_api().items()}
    assert {request: scope for request, (_, scope) in table().items()} == needed


def outcome(response) -> str:
    """In, not let in, or told that there is no such thing."""
    to_sign_in = response.status_code == 302 and "/account/login" in response["Location"]
    if response.status_code in (401, 403) or to_sign_in:
        return "refused"
    return "unknown" if response.status_code == 404 else "in"


class Walk:
    """All visitors at all requests, in one kind of group after the other. What they change is taken back."""

    def __init__(self, letter: Message, browsers: dict[str, Visitor]) -> None:
        self.letter, self.visitors = letter, browsers
        people = {str(user.pk): user for user in User.objects.all()}
        self.callers = {
            who: Caller(people.get(visitor.session.get("_auth_user_id", ""))) for who, visitor in self.visitors.items()
        }
        self.promises = promised()
        self.needed = requests_of_the_api()
        self.pages: dict[tuple[str, str, str], str] = {}
        self.values = {
            **PARAMETERS, "slug": letter.group.slug, "number": letter.number, "message_id": letter.message_id,
        }  # fmt: skip

    def everybody(self, kind: str) -> list[str]:
        wrong = []
        for request, (page, _) in table().items():
            if kind != "members unseen" or page == "group-members":
                wrong += [said for who in self.visitors if (said := self.at(kind, request, page, who))]
        return wrong

    def at(self, kind: str, request: str, page: str, who: str) -> str:
        """What is wrong with this visitor at this request; "" where nothing is."""
        is_usual = not who.startswith(("only", "all but"))
        if not is_usual and (kind != "public" or not concerns(who, self.promises.get(page, ""))):
            return ""
        asked, response = self.asked(request, who), ""
        if who == "owner" and asked.status_code >= 400 and page not in MISSING and asked.status_code != 409:
            response = f"; the owner is told {asked.content.decode()}: nothing was proved"
        told, expected = outcome(asked), self.page(kind, page, who)
        by_token_alone = who == "nobody" and not self.needed[request].anybody and told == "refused"
        if (told == expected or by_token_alone) and not response:
            return ""
        return f"{kind}: {who} at {request} ({page}): {told} {asked.status_code}, the page: {expected}{response}"

    def asked(self, request: str, who: str):
        method, path = request.split(" ")
        url = path.format(**self.values)
        url += "?q=seed" if path.endswith("/search") else ""
        with taken_back():
            return self.callers[who].ask(method, url, BODIES.get(request))

    def page(self, kind: str, name: str, who: str) -> str:
        """The page's answer, asked for once."""
        if (kind, name, who) not in self.pages:
            self.pages[kind, name, who] = outcome(self._opened(name, self.visitors[who]))
        return self.pages[kind, name, who]

    def _opened(self, name: str, visitor: Visitor):
        names = api_parameters(name)
        url = reverse(name, kwargs={each: self.values[each] for each in names})
        with taken_back():
            response = visitor.get(url)
            if response.status_code == 405:
                response = visitor.post(url, POSTED.get(name, {"what": "x", "decision": "x"}))
        return response


def api_parameters(name: str) -> tuple[str, ...]:
    from tests.test_every_door import ADDRESSES

    return dict(ADDRESSES)[name]


def test_every_role_at_every_request_is_answered_as_at_its_page(
    garden: Message,  # noqa: F811
    visitors: dict[str, Visitor],  # noqa: F811
):
    walk, wrong = Walk(garden, visitors), []
    for kind, values in KINDS.items():
        Group.objects.filter(pk=garden.group_id).update(
            **{"visibility": Visibility.PUBLIC, "archive_access": ArchiveAccess.PUBLIC, **values}
        )
        wrong += walk.everybody(kind)
    assert not wrong, "\n".join(wrong)
