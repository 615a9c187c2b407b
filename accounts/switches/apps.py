from django.apps import AppConfig


class SwitchesConfig(AppConfig):
    name = "accounts.switches"
    label = "switches"
    verbose_name = "Switches"

    def ready(self) -> None:
        from accounts.switches.views import switches
        from common.panel import pages

        pages.register(pages.PanelPage("switches/", "switches", "Switches", switches, "System", "toggle_on", 3))
