from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PollsConfig(AppConfig):
    name = "groups.polls"
    label = "polls"
    verbose_name = "Polls"

    def ready(self) -> None:
        from groups import events
        from groups.models import Action

        told = {"poll.opened": _("A poll was opened"), "poll.closed": _("A poll was closed")}
        events.KNOWN.update(told)
        events.OF_ACTIONS.update({Action.POLL_OPENED: "poll.opened", Action.POLL_CLOSED: "poll.closed"})
        events.OF_ACTIONS[Action.POLL_REOPENED] = "poll.opened"
