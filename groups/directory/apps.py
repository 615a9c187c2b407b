from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class DirectoryConfig(AppConfig):
    name = "groups.directory"
    label = "directory"

    def ready(self) -> None:
        from groups.directory import signals
        from groups.directory.models import Category
        from groups.models import Group, Membership

        post_migrate.connect(signals.furnish, sender=self, dispatch_uid="directory.furnish")
        post_save.connect(signals.group_saved, sender=Group, dispatch_uid="directory.group-saved")
        post_delete.connect(signals.group_gone, sender=Group, dispatch_uid="directory.group-gone")
        post_save.connect(signals.member_came, sender=Membership, dispatch_uid="directory.member-came")
        post_delete.connect(signals.member_went, sender=Membership, dispatch_uid="directory.member-went")
        post_save.connect(signals.tree_changed, sender=Category, dispatch_uid="directory.category-saved")
        post_delete.connect(signals.tree_changed, sender=Category, dispatch_uid="directory.category-gone")
