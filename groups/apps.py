from django.apps import AppConfig
from django.db.models.signals import post_save


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from allauth.account.signals import email_removed

        from common import notices
        from groups.notices.words import own_words

        if own_words not in notices.OWN_WORDS:
            notices.OWN_WORDS.append(own_words)  # what the house says in a group's name may be in the group's words
        from groups.languages import spoken_in

        if spoken_in not in notices.LANGUAGES:
            notices.LANGUAGES.append(spoken_in)
        from accounts.models import User
        from accounts.tokens.choices import SOURCES
        from groups.actions.labels import address_gone, person_saved
        from groups.directory.mine import own_groups

        if own_groups not in SOURCES:
            SOURCES.append(own_groups)
        email_removed.connect(address_gone, dispatch_uid="groups.address-gone")
        post_save.connect(person_saved, sender=User, dispatch_uid="groups.relabel")
        self._add_to_panel()

    @staticmethod
    def _add_to_panel() -> None:
        from common.panel.pages import PanelPage, register
        from groups.views import domains

        register(PanelPage("domains/", "domains", "Domains", domains.domains, "System", "language", 2))
        register(PanelPage("domains/new/", "domain-new", "A new domain", domains.domain))
        register(PanelPage("domains/<int:pk>/", "domain", "Domain", domains.domain))
