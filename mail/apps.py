from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        from archive.actions import hooks
        from groups.moderation.registry import register
        from mail import changed_letters, happenings
        from mail.commands.carry_out import HANDLERS
        from mail.inbound import dispatch
        from mail.web import kinds

        dispatch.HANDLERS.update(HANDLERS)  # commands stand above the pipeline that hands letters to them
        hooks.leaving.append(changed_letters.pass_choices_on)
        hooks.destroyed.append(changed_letters.forget)
        hooks.changed.append(changed_letters.say_it_anew)
        hooks.send_again.append(changed_letters.send_again)
        happenings.register()
        for kind in kinds.ALL:
            register(kind)
