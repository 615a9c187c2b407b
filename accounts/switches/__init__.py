"""Switches of the site: what operators turn on and off while it runs.

    from accounts import switches

    if switches.on("polls"):

Names are checked: one that does not exist raises KeyError. Asking costs no query: common.shared.
"""

from dataclasses import dataclass

from django.apps import apps as installed
from django.utils.translation import gettext_noop

from common.shared import Shared


@dataclass(frozen=True, slots=True)
class Switch:
    """`usual`: while nobody has touched it. `pages`: names of addresses ("poll*": all that begin so; "/api/": all below it) that
    are shut while it is off; `said` is what people read there, in English, to be translated when it is said. `for_staff`:
    superusers still get in. `only_changes`: the pages may still be looked at."""

    title: str
    sentence: str
    usual: bool = True
    pages: tuple[str, ...] = ()
    said: str = ""
    for_staff: bool = False
    only_changes: bool = False


SWITCHES: dict[str, Switch] = {
    "start_groups": Switch(
        "Everybody starts groups",
        "Off: only superusers start groups.",
        pages=("group-new*",),
        said=gettext_noop("Only those who run this site start groups."),
        for_staff=True,
    ),
    "sign_up": Switch("Sign-up is open", "Off: nobody makes an account. Who has one signs in as before."),
    "web_posting": Switch(
        "Letters are written on the web",
        "Off: letters come by mail alone.",
        pages=("post", "reply"),
        said=gettext_noop("Letters are not written on the web at the moment. Write to the group by mail."),
    ),
    "uploads": Switch("Files go with letters written on the web", "Off: such letters are text alone."),
    "web_imports": Switch(
        "Owners bring archives in on the web",
        "Off: archives come in by the command line alone. What was brought in stays, and can be looked at.",
        pages=("import*",),
        said=gettext_noop("Archives are not brought in on the web at the moment."),
        only_changes=True,
    ),
    "polls": Switch(
        "Polls",
        "Off: polls are not made, answered or shown.",
        pages=("poll*", "vote*"),
        said=gettext_noop("Polls are switched off on this site."),
    ),
    "api": Switch(
        "The API", "Off: nothing below /api/ answers.", pages=("/api/",), said=gettext_noop("The API is switched off.")
    ),
    "webhooks": Switch(
        "Webhooks",
        "Off: none is told anything, and none can be set up. What happens meanwhile is told later.",
        pages=("group-hook*", "site-hook*"),
        said=gettext_noop("Webhooks are switched off on this site."),
    ),
    "public_directory": Switch(
        "Strangers see the directory",
        "Off: only those who are signed in do. Groups stay as public as their owners have them.",
    ),
    "read_only": Switch(
        "The pages are read-only",
        "On: nobody changes anything on the web but in this panel. Mail goes on, and people can still leave by their link.",
        usual=False,
    ),
    "banner": Switch("A banner stands on every page", "On: with the words below.", usual=False),
}
State = dict[str, tuple[bool, str]]  # name -> is it on, and the words that go with it


def _load() -> State:
    rows = installed.get_model("switches", "Turned").objects.values_list("name", "is_on", "words")
    return {name: (is_on, words) for name, is_on, words in rows}


turned: Shared[State] = Shared("switches", _load, {})


def on(name: str) -> bool:
    """Whether it is on, right now, in every process."""
    usual = SWITCHES[name].usual
    return turned.get().get(name, (usual, ""))[0]


def words(name: str) -> str:
    """What operators wrote beside it."""
    return turned.get().get(name, (False, ""))[1]


def stamp() -> str:
    """Changes with every switch; empty while nobody has touched one. Part of the version of pages."""
    state = turned.get()
    return repr(sorted(state.items())) if state else ""


def shut_by(url_name: str, path: str) -> Switch | None:
    """The switch that is off and shuts this page."""
    for name, switch in SWITCHES.items():
        if switch.pages and not on(name) and any(_is_meant(page, url_name, path) for page in switch.pages):
            return switch
    return None


def _is_meant(page: str, url_name: str, path: str) -> bool:
    if page.startswith("/"):
        return path.startswith(page)
    return url_name.startswith(page[:-1]) if page.endswith("*") else url_name == page
