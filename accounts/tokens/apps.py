from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "accounts.tokens"
    label = "tokens"
    verbose_name = "API tokens"

    def ready(self) -> None:
        from allauth.account import signals

        from accounts.tokens.actions import person_changed_password

        for changed in (signals.password_changed, signals.password_reset):
            changed.connect(person_changed_password, dispatch_uid=f"tokens.{id(changed)}")
