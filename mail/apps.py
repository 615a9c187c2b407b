from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "mail"
    verbose_name = "Mail"

    def ready(self) -> None:
        from accounts import standing
        from archive.actions import hooks
        from groups.abuse import targets
        from groups.actions import takedown
        from groups.moderation.registry import register
        from groups.polls import hooks as poll_hooks
        from mail import addressing, changed_letters, happenings
        from mail.commands.carry_out import HANDLERS
        from mail.inbound import dispatch
        from mail.outbox import stopping
        from mail.panel import letters, pages
        from mail.voting import answering, mailing
        from mail.web import kinds

        dispatch.HANDLERS.update(HANDLERS)  # commands stand above the pipeline that hands letters to them
        dispatch.HANDLERS[addressing.Kind.TOKEN, answering.BALLOT] = answering.take
        poll_hooks.opened.append(mailing.opened)
        poll_hooks.changed.append(mailing.changed)
        poll_hooks.closed.append(mailing.closed)
        hooks.leaving.append(changed_letters.pass_choices_on)
        hooks.destroyed.append(changed_letters.forget)
        hooks.changed.append(changed_letters.say_it_anew)
        hooks.send_again.append(changed_letters.send_again)
        happenings.register()
        standing.register(standing.Effect("mail", stopping.stop_to, stopping.restart_to))
        takedown.register(takedown.Effect("mail", stopping.stop_of, stopping.restart_of))
        targets.register(letters.LETTER)
        targets.SAMPLES.append(letters.samples)
        targets.COUNTS.append(letters.counts)
        targets.DROP_WAITING.append(letters.drop_waiting)
        pages.register_pages()
        for kind in kinds.ALL:
            register(kind)
