"""The pages in other languages: nothing is cut off or runs out of a phone, and Arabic is laid out from right to left."""

import pytest
from django.conf import settings

from accounts.models import User
from tests.browser import world
from tests.browser.conftest import PHONE, Axe, Look, sideways

pytestmark = pytest.mark.django_db(transaction=True)
FOR_STRANGERS = (
    "/", "/g/gardeners/", "/g/gardeners/topics/", "/g/gardeners/topic/{thread}/", "/g/gardeners/months/",
    "/g/gardeners/search/?q=seeds", "/search/?q=seeds", "/g/gardeners/join/", "/account/login/", "/account/language/",
)  # fmt: skip
FOR_OWNERS = (
    "/g/gardeners/moderation/", "/g/gardeners/moderation/{row}/", "/g/gardeners/members/", "/g/gardeners/settings/",
    "/g/gardeners/write/", "/g/gardeners/membership/", "/account/profile/", "/groups/new/",
)  # fmt: skip


@pytest.mark.parametrize("language", ["de", "fr", "ar"])
def test_pages_on_a_phone(look: Look, axe: Axe, language: str):
    here = world.build()
    User.objects.filter(pk=here.owner.pk).update(language=language)
    words = {"thread": here.group.archive.next_number - 3, "row": here.held_row.pk}
    wrong = []
    for user, paths in ((None, FOR_STRANGERS), (here.owner, FOR_OWNERS)):
        page = look("/", user=user, width=PHONE, locale=language)
        for path in paths:
            page.goto(settings.SITE_URL + path.format(**words))
            root = page.locator("html")
            assert (root.get_attribute("lang"), root.get_attribute("dir") or "ltr") == (
                language,
                "rtl" if language == "ar" else "ltr",
            ), path
            wrong += [f"{path}: {complaint}" for complaint in axe(page)]
            wrong += [f"{path}: {sideways(page)} px to the side"] if sideways(page) else []
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("scripts", [True, False])
def test_choosing_a_language_and_coming_back(look: Look, scripts: bool):
    world.build()
    page = look("/g/gardeners/months/", width=PHONE, scripts=scripts)
    page.get_by_title("Language").click()
    page.get_by_label("Deutsch").check()
    page.locator("main button").click()
    page.wait_for_url("**/")
    assert page.locator("html").get_attribute("lang") == "de"
