from django.apps import AppConfig


class HooksConfig(AppConfig):
    name = "groups.hooks"
    label = "hooks"
    verbose_name = "Webhooks"

    def ready(self) -> None:
        from groups import events
        from groups.hooks.emitting import write_down

        if write_down not in events.LISTENERS:
            events.LISTENERS.append(write_down)
