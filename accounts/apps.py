from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.languages import language_of
        from common import notices

        if language_of not in notices.LANGUAGES:
            notices.LANGUAGES.insert(0, language_of)
