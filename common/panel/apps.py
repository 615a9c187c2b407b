from django.contrib.admin.apps import AdminConfig


class PanelConfig(AdminConfig):
    """Takes the place of "django.contrib.admin" in INSTALLED_APPS: admin.site is ours."""

    default_site = "common.panel.site.PanelSite"
