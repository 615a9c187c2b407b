"""Every type of page: nothing that axe knows to break WCAG 2.2 AA, in light and dark, on a phone and on a desk, and no page
that scrolls sideways. A new type of page takes one more line in PAGES."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from django.conf import settings

from archive.actions import hiding, revising, topics
from archive.actions.destroying import destroy_letters
from archive.models import Chore, ChoreState
from mail import tokens
from mail.addressing import seal
from tests.browser import world
from tests.browser.conftest import DESK, PHONE, Axe, Look, sideways

pytestmark = pytest.mark.django_db(transaction=True)

STATUS = "() => performance.getEntriesByType('navigation')[0].responseStatus"


class Page(NamedTuple):
    name: str
    path: str
    user: str = ""  # "", "member", "owner" or "stranger"
    status: int = 200


PAGES = [
    Page("directory", "/"),
    Page("directory of a member", "/", "member"),
    Page("directory, nothing found", "/?q=nothing"),
    Page("directory, a category", "/c/home-and-garden/"),
    Page("directory, narrowed", "/?language=en&size=0&activity=year"),
    Page("settings, in the directory", "/g/gardeners/settings/directory/", "owner"),
    Page("make it known", "/g/gardeners/promote/", "member"),
    Page("start a group", "/groups/new/", "member"),
    Page("home", "/g/gardeners/"),
    Page("home of a member", "/g/gardeners/", "member"),
    Page("home of a closed group", "/g/committee/"),
    Page("home of a closed group, signed in", "/g/committee/", "stranger"),
    Page("home of an empty group", "/g/empty/", "owner"),
    Page("home of a group with a long name", "/g/long/"),
    Page("members", "/g/gardeners/members/", "member"),
    Page("settings", "/g/gardeners/settings/", "owner"),
    Page("settings, about", "/g/gardeners/settings/about/", "owner"),
    Page("settings, who may", "/g/gardeners/settings/who/", "owner"),
    Page("settings, notices", "/g/gardeners/settings/notices/", "owner"),
    Page("settings, a notice", "/g/gardeners/settings/notices/welcome/", "owner"),
    Page("settings, words of a notice", "/g/gardeners/settings/notices/welcome/new/", "owner"),
    Page("polls", "/g/gardeners/polls/", "member"),
    Page("ask the group", "/g/gardeners/polls/new/", "member"),
    Page("several choices, with names", "/g/gardeners/polls/2/", "member"),
    Page("a run-off that is over", "/g/gardeners/polls/3/", "owner"),
    Page("a ranking by Schulze", "/g/gardeners/polls/4/", "member"),
    Page("points", "/g/gardeners/polls/5/", "member"),
    Page("finding a date", "/g/gardeners/polls/6/", "member"),
    Page("an anonymous poll", "/g/gardeners/polls/7/", "member"),
    Page("an anonymous poll that is over", "/g/gardeners/polls/8/"),
    Page("edit a poll", "/g/gardeners/polls/2/edit/", "owner"),
    Page("delete a poll", "/g/gardeners/polls/2/delete/", "owner"),
    Page("guidelines", "/g/gardeners/guidelines/"),
    Page("settings, addresses", "/g/gardeners/settings/addresses/", "owner"),
    Page("settings, webhooks", "/g/gardeners/settings/hooks/", "owner"),
    Page("a webhook", "/g/gardeners/settings/hooks/{hook}/", "owner"),
    Page("what a webhook was told", "/g/gardeners/settings/hooks/sent/{sending}/", "owner"),
    Page("settings, hold and lock", "/g/gardeners/settings/closing/", "owner"),
    Page("settings, look", "/g/gardeners/settings/look/", "owner"),
    Page("settings, history", "/g/gardeners/settings/history/", "owner"),
    Page("members only", "/g/committee/members/", status=403),
    Page("nothing here", "/no/such/page/", status=404),
    Page("topics", "/g/gardeners/topics/"),
    Page("topics of a member", "/g/gardeners/topics/", "member"),
    Page("topics of an empty group", "/g/empty/topics/", "owner"),
    Page("thread", "/g/gardeners/topic/{thread}/"),
    Page("hashtags", "/g/gardeners/tags/"),
    Page("a hashtag", "/g/gardeners/tags/harvest/", "member"),
    Page("thread, for a moderator", "/g/gardeners/topic/{thread}/", "owner"),
    Page("thread as a tree", "/g/gardeners/topic/{thread}/?view=tree", "member"),
    Page("letter", "/g/gardeners/message/{thread}/"),
    Page("letter with an unbreakable word", "/g/long/message/1/"),
    Page("months", "/g/gardeners/months/"),
    Page("month", "/g/gardeners/months/2025/11/"),
    Page("authors", "/g/gardeners/authors/"),
    Page("author", "/g/gardeners/authors/{author}/"),
    Page("months of an empty group", "/g/empty/months/"),
    Page("a day", "/g/gardeners/months/2025/11/?day=3"),
    Page("letters of a month", "/g/gardeners/months/2025/11/?by=date"),
    Page("attachments", "/g/gardeners/attachments/"),
    Page("search", "/g/gardeners/search/"),
    Page("search, found", "/g/gardeners/search/?q=blight"),
    Page("search everywhere", "/search/?q=row"),
    Page("export", "/g/gardeners/export/"),
    Page("import", "/g/gardeners/import/", "owner"),
    Page("write", "/g/gardeners/post/", "member"),
    Page("write, not a member", "/g/gardeners/post/", "stranger"),
    Page("reply", "/g/gardeners/message/{thread}/reply/", "member"),
    Page("thread of a member", "/g/gardeners/topic/{thread}/", "member"),
    Page("letter of a member", "/g/gardeners/message/{thread}/", "member"),
    Page("a letter that waits, for its author", "/g/gardeners/post/{held}/", "member"),
    Page("your mail", "/g/gardeners/membership/", "member"),
    Page("your mail from all groups", "/account/mail/", "member"),
    Page("mail settings", "/g/gardeners/settings/mail/", "owner"),
    Page("mail settings, what waits", "/g/gardeners/settings/mail/?part=waiting", "owner"),
    Page("mail settings, copies", "/g/gardeners/settings/mail/?part=copies", "owner"),
    Page("moderation", "/g/gardeners/moderation/", "owner"),
    Page("moderation, nothing waits", "/g/empty/moderation/", "owner"),
    Page("thread of a moderator", "/g/gardeners/topic/{thread}/", "owner"),
    Page("letter of a moderator", "/g/gardeners/message/{thread}/", "owner"),
    Page("locked thread", "/g/gardeners/topic/{locked}/"),
    Page("settings of a topic", "/g/gardeners/topic/{thread}/settings/", "owner"),
    Page("merge", "/g/gardeners/topic/{thread}/merge/?into=Row", "owner"),
    Page("split", "/g/gardeners/message/{reply}/split/", "owner"),
    Page("move", "/g/gardeners/topic/{thread}/move/", "owner"),
    Page("what was done with topics", "/g/gardeners/topics/changes/", "owner"),
    Page("hidden letters", "/g/gardeners/hidden/", "owner"),
    Page("edit a letter", "/g/gardeners/message/{thread}/edit/", "owner"),
    Page("black out words", "/g/gardeners/message/{thread}/redact/", "owner"),
    Page("history of a letter", "/g/gardeners/message/{edited}/history/", "owner"),
    Page("work on many letters", "/g/gardeners/work/{chore}/", "owner"),
    Page("erase a person", "/g/gardeners/authors/{author}/erase/", "owner"),
    Page("destroy a letter", "/g/gardeners/message/{thread}/destroy/", "owner"),
    Page("a letter that was destroyed", "/g/gardeners/message/{destroyed}/", status=410),
    Page("moderation, quarantine", "/g/gardeners/moderation/?shelf=quiet", "owner"),
    Page("moderation of all groups", "/moderation/", "owner"),
    Page("moderation of no group", "/moderation/", "stranger"),
    Page("a letter that waits", "/g/gardeners/moderation/{row}/", "owner"),
    Page("a letter that waits, sent back", "/g/gardeners/moderation/{row}/?do=reject", "owner"),
    Page("a letter that waits, edited", "/g/gardeners/moderation/{row}/edit/", "owner"),
    Page("a request that waits", "/g/gardeners/moderation/{request}/", "owner"),
    Page("a report that waits", "/g/gardeners/moderation/{reported}/", "owner"),
    Page("saved answers", "/g/gardeners/moderation/answers/", "owner"),
    Page("rules", "/g/gardeners/rules/", "owner"),
    Page("a rule", "/g/gardeners/rules/{rule}/", "owner"),
    Page("log", "/g/gardeners/log/", "owner"),
    Page("report a letter", "/g/gardeners/message/{thread}/report/", "member"),
    Page("delivery", "/g/gardeners/message/{thread}/delivery/", "member"),
    Page("delivery, for a moderator", "/g/gardeners/message/{thread}/delivery/?q=bob@example.org", "owner"),
    Page("delivery, people found", "/g/gardeners/message/{thread}/delivery/?q=person", "owner"),
    Page("join", "/g/gardeners/join/"),
    Page("leave", "/g/gardeners/leave/", "member"),
    Page("a link to leave", "/mail/leave/{leave}/"),
    Page("a link to leave that is none", "/mail/leave/aaaaaaaaaaaaaaaaaaaaaaaa/", status=410),
    Page("a link to mute", "/mail/mute/{mute}/"),
    Page("a link to stop the daily mail", "/mail/daily/{daily}/"),
    Page("a link that confirms", "/mail/confirm/{confirm}/"),
    Page("a link that decides", "/mail/moderate/{moderate}/"),
    Page("sign in", "/account/login/"),
    Page("sign in by mail", "/account/login/code/"),
    Page("make an account", "/account/signup/"),
    Page("a new password", "/account/password/reset/"),
    Page("a link that is too old", "/account/link/old/", status=410),
    Page("profile", "/account/profile/", "member"),
    Page("language", "/account/language/"),
    Page("addresses", "/account/email/", "owner"),
    Page("password", "/account/password/change/", "member"),
    Page("API tokens", "/account/tokens/", "member"),
    Page("second step", "/account/2fa/", "member"),
    Page("is it still you", "/account/reauthenticate/", "member"),
    Page("sign out", "/account/logout/", "member"),
    Page("other ways in", "/account/3rdparty/", "member"),
    Page("turned back at another server", "/account/3rdparty/login/cancelled/"),
    Page("signing in at another server did not work", "/account/3rdparty/login/error/", status=401),
]


def tokens_in_mail(here: world.World) -> dict[str, str]:
    """What stands in the links of mails to the member, and to the owner about the letter that waits."""
    membership = here.group.memberships.get(user=here.member).pk
    letter = here.group.messages.first().pk
    return {
        "leave": seal("leave", membership),
        "mute": seal("mute", here.member.pk, letter),
        "daily": seal("daily", here.member.pk),
        "confirm": tokens.to_deliver(membership, "digest"),
        "moderate": tokens.to_moderate(tokens.Case.LETTER, here.held.pk, here.owner.pk),
    }


def chore_of(here: world.World) -> int:
    """Hundreds of letters, half of them destroyed."""
    working = {"state": ChoreState.WORKING, "total": 900, "done": 450, "said": ["Letter 7 was left as it is."]}
    return Chore.objects.create(group=here.group, kind=Chore.Kind.DESTROY, by=here.owner, **working).pk


TENDED = [page.path for page in PAGES if any(word in page.path for word in ("{locked}", "{edited}", "{destroyed}"))]
TENDED += ["/g/gardeners/topics/changes/", "/g/gardeners/hidden/"]


def tended(here: world.World) -> dict[str, int]:
    """What moderators did to the first letters of the group, by their numbers."""
    letters = list(here.group.messages.order_by("number").select_related("group", "thread__group", "content")[:6])
    owner = here.owner
    topics.set_state(letters[0].thread, by=owner, locked=True, pinned=True, lock_reason="All was said " * 12)
    topics.rename(letters[1].thread, "A name that a moderator gave", by=owner)
    topics.merge(letters[1].thread, letters[3].thread, by=owner)
    hiding.hide(here.group, [letters[4]], by=owner)
    revising.edit(letters[0], subject="Row 0", text="Another text.", by=owner, reason="A mistake " * 20)
    destroy_letters(here.group, [letters[5].pk], by=owner)
    return {"locked": letters[0].number, "edited": letters[0].number, "destroyed": letters[5].number}


def as_people_find_it() -> list[Page]:
    return [page for page in PAGES if page.path not in TENDED]


def as_moderators_left_it() -> list[Page]:
    return [page for page in PAGES if page.path in TENDED]


PARTS = 8  # of the many pages: enough for one site each to be built seldom, and for a failure to be found again quickly


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_pages_are_for_everybody(look: Look, axe: Axe, part: int):
    check(as_people_find_it()[part::PARTS], look, axe, world.build(), {})


@pytest.mark.timeout(600)
def test_pages_that_moderators_changed_are_for_everybody(look: Look, axe: Axe):
    here = world.build()
    check(as_moderators_left_it(), look, axe, here, tended(here))


def check(pages: list[Page], look: Look, axe: Axe, here: world.World, changed: dict[str, int]) -> None:
    """Opens each page as the person it is for; all that is wrong with any of them is said at once."""
    thread = here.group.archive.next_number - 3
    words = {
        "thread": thread,
        "reply": thread + 1,
        "author": here.group.authors.first().pk,
        "held": here.held.pk,
        "row": here.held_row.pk,
        "request": here.request.pk,
        "reported": here.reported.pk,
        "rule": here.rule.pk,
        "sending": here.sending.pk,
        "hook": here.sending.hook_id,
        "chore": chore_of(here),
        **tokens_in_mail(here),
        **changed,
    }
    windows: dict[
        str, Any
    ] = {}  # one for each person: a page after the other opens five times as quickly as in a new one

    def opened(page: Page) -> Any:
        path = page.path.format(**words)
        if page.user in windows:
            windows[page.user].goto(f"{settings.SITE_URL}{path}")
        else:
            windows[page.user] = look(path, user=getattr(here, page.user) if page.user else None)
        return windows[page.user]

    wrong = [f"{page.name}: {complaint}" for page in pages for complaint in complaints(page, opened(page), axe)]
    assert not wrong, "\n".join(wrong)


def complaints(page: Page, shown: Any, axe: Axe) -> Iterator[str]:
    if (status := shown.evaluate(STATUS)) != page.status:
        yield f"answered with {status}"
    if (headings := shown.locator("h1").count()) != 1:
        yield f"{headings} first headings"
    for width in (PHONE, DESK):
        shown.set_viewport_size({"width": width, "height": 900})
        if pixels := sideways(shown):
            yield f"{pixels} pixels too wide at {width}"
        shown.emulate_media(color_scheme="light")
        yield from (f"{width}: {found}" for found in axe(shown))
        shown.emulate_media(color_scheme="dark")  # all that a theme can change is its colours
        yield from (f"{width}, dark: {found}" for found in axe(shown, "color-contrast"))


def test_the_check_finds_what_is_wrong(look: Look, axe: Axe):
    page = look("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<main><img src=/x.png><button></button></main>')")
    assert {"image-alt", "button-name"} <= {problem.split(":")[0] for problem in axe(page)}
