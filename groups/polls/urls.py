"""Addresses of polls. They are stable for ever."""

from django.urls import path

from groups.polls import views

urlpatterns = [
    path("g/<str:slug>/polls/", views.polls, name="polls"),
    path("g/<str:slug>/polls/new/", views.new, name="poll-new"),
    path("g/<str:slug>/polls/settings/", views.makers, name="poll-makers"),
    path("g/<str:slug>/polls/<int:number>/", views.poll, name="poll"),
    path("g/<str:slug>/polls/<int:number>/edit/", views.edit, name="poll-edit"),
    path("g/<str:slug>/polls/<int:number>/close/", views.close, name="poll-close"),
    path("g/<str:slug>/polls/<int:number>/delete/", views.delete, name="poll-delete"),
    path("g/<str:slug>/polls/<int:number>/<str:what>.csv", views.export, name="poll-csv"),
]
