"""Addresses of groups. They are stable for ever."""

from django.urls import path

from groups.views import directory, home

urlpatterns = [
    path("", directory.directory, name="directory"),
    path("groups/new/", directory.new_group, name="group-new"),
    path("g/<str:slug>/", home.home, name="group-home"),
    path("g/<str:slug>/members/", home.members, name="group-members"),
    path("g/<str:slug>/settings/", home.settings, name="group-settings"),
]
