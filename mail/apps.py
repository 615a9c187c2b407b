from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        from mail.commands.carry_out import HANDLERS
        from mail.inbound import dispatch

        dispatch.HANDLERS.update(HANDLERS)  # commands stand above the pipeline that hands letters to them
