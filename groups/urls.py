"""Addresses of groups. They are stable for ever."""

from django.urls import URLPattern, path

from groups.forms.groups import PARTS
from groups.views import (
    addresses,
    answers,
    app,
    closing,
    directory,
    domains,
    guidelines,
    home,
    log,
    moderation,
    notices,
    pictures,
    settings,
    starting,
)

starts: list[URLPattern] = [
    path("groups/new/", starting.name, name="group-new"),
    path("groups/new/who/", starting.who, name="group-new-who"),
    path("groups/new/look/", starting.look, name="group-new-look"),
]
shaping: list[URLPattern] = [
    path("g/<str:slug>/settings/", settings.hub, name="group-settings"),
    *(
        path(f"g/<str:slug>/settings/{part}/", settings.part, {"part": part}, name=f"group-settings-{part}")
        for part in PARTS
    ),
    path("g/<str:slug>/settings/look/", pictures.look, name="group-look"),
    path("g/<str:slug>/settings/closing/", closing.closing, name="group-closing"),
    path("g/<str:slug>/settings/addresses/", addresses.addresses, name="group-addresses"),
    path("g/<str:slug>/settings/history/", settings.changes, name="group-history"),
    path("g/<str:slug>/settings/history/<int:pk>/", settings.roll_back, name="group-roll-back"),
]
deciding: list[URLPattern] = [
    path("moderation/", moderation.all_groups, name="moderation-all"),
    path("moderation/decide/", moderation.decide_many, name="moderation-decide"),
    path("g/<str:slug>/moderation/", moderation.one_group, name="moderation"),
    path("g/<str:slug>/moderation/mail/", moderation.choose_mail, name="moderation-mail"),
    path("g/<str:slug>/moderation/answers/", answers.answers, name="answers"),
    path("g/<str:slug>/moderation/answers/<int:pk>/", answers.answer, name="answer"),
    path("g/<str:slug>/moderation/<int:pk>/", moderation.item, name="moderation-item"),
    path("g/<str:slug>/moderation/<int:pk>/claim/", moderation.claim, name="moderation-claim"),
    path("g/<str:slug>/moderation/<int:pk>/note/", moderation.note, name="moderation-note"),
    path("g/<str:slug>/log/", log.log, name="group-log"),
    path("g/<str:slug>/log/csv/", log.export, name="group-log-csv"),
]
words: list[URLPattern] = [
    path("g/<str:slug>/settings/notices/", notices.notices, name="group-notices"),
    path("g/<str:slug>/settings/notices/<str:notice>/", notices.notice, name="group-notice"),
    path("g/<str:slug>/settings/notices/<str:notice>/new/", notices.new, name="group-notice-new"),
    path("g/<str:slug>/settings/notices/<str:notice>/choose/", notices.choose, name="group-notice-choose"),
    path("g/<str:slug>/settings/notices/<str:notice>/<int:pk>/", notices.edit, name="group-notice-edit"),
]
urlpatterns = [
    path("", directory.directory, name="directory"),
    path("c/<slug:category>/", directory.category, name="category"),
    *starts,
    path("g/<str:slug>/", home.home, name="group-home"),
    path("site.webmanifest", app.manifest, name="manifest"),
    path("site/logo/<str:name>.webp", domains.logo, name="site-logo"),
    path("g/<str:slug>/guidelines/", guidelines.guidelines, name="group-guidelines"),
    path("g/<str:slug>/picture/<str:picture>/<str:name>-<int:width>/", pictures.picture, name="group-picture"),
    *deciding,
    *shaping,
    *words,
]
