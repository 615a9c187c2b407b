from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "groups.polls"
    label = "polls"
    verbose_name = "Polls"
