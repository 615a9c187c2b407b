from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "groups.polls"
    label = "polls"
    verbose_name = "Polls"

    def ready(self) -> None:
        from groups import events
        from groups.models import Action

        told = {"poll.opened": "A poll was opened", "poll.closed": "A poll was closed"}
        events.KNOWN.update(told)
        events.OF_ACTIONS.update({Action.POLL_OPENED: "poll.opened", Action.POLL_CLOSED: "poll.closed"})
        events.OF_ACTIONS[Action.POLL_REOPENED] = "poll.opened"
