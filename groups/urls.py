"""Addresses of groups. They are stable for ever."""

from django.urls import URLPattern, path

from groups.forms.groups import PARTS
from groups.views import addresses, closing, directory, guidelines, home, notices, pictures, settings, starting

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
words: list[URLPattern] = [
    path("g/<str:slug>/settings/notices/", notices.notices, name="group-notices"),
    path("g/<str:slug>/settings/notices/<str:notice>/", notices.notice, name="group-notice"),
    path("g/<str:slug>/settings/notices/<str:notice>/new/", notices.new, name="group-notice-new"),
    path("g/<str:slug>/settings/notices/<str:notice>/choose/", notices.choose, name="group-notice-choose"),
    path("g/<str:slug>/settings/notices/<str:notice>/<int:pk>/", notices.edit, name="group-notice-edit"),
]
urlpatterns = [
    path("", directory.directory, name="directory"),
    *starts,
    path("g/<str:slug>/", home.home, name="group-home"),
    path("g/<str:slug>/guidelines/", guidelines.guidelines, name="group-guidelines"),
    path("g/<str:slug>/picture/<str:picture>/<str:name>-<int:width>/", pictures.picture, name="group-picture"),
    *shaping,
    *words,
]
