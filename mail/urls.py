"""Addresses of the gateway."""

from django.urls import path

from mail.web import hook

urlpatterns = [path("hooks/mail/", hook.receive, name="mail-hook")]
