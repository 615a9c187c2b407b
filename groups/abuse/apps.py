from django.apps import AppConfig


class AbuseConfig(AppConfig):
    name = "groups.abuse"
    label = "abuse"
    verbose_name = "Abuse"

    def ready(self) -> None:
        from common.panel import audit as told
        from groups.abuse import audit, panel, targets

        if audit.record not in told.RECORDERS:
            told.RECORDERS.append(audit.record)
        targets.register(targets.GROUP)
        targets.register(targets.PERSON)
        panel.register_pages()
