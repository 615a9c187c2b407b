"""Addresses of the gateway."""

from django.urls import path

from mail.web import hook

urlpatterns = [
    path("hooks/mail/", hook.receive, name="mail-hook"),
    path("hooks/mail/mime", hook.receive, name="mail-hook-mime"),  # Mailgun posts raw letters to addresses that end so
]
