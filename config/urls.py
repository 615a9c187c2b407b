"""The addresses of things. They are stable for ever: see ARCHITECTURE §6 in docs/architecture.md."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from common import http
from config.api import api
from config.metrics import metrics

urlpatterns = [
    path("", include("archive.urls")),
    path("", include("groups.urls")),
    path("", include("groups.hooks.urls")),
    path("", include("groups.abuse.urls")),
    path("", include("groups.polls.urls")),
    path("", include("mail.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/3rdparty/", include("allauth.socialaccount.urls")),
    path("account/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("healthz", http.healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("robots.txt", http.robots, name="robots"),
    path("favicon.ico", http.favicon, name="favicon"),
]
if settings.DEBUG:
    from django.contrib.staticfiles.urls import staticfiles_urlpatterns

    urlpatterns += staticfiles_urlpatterns()

handler400, handler403, handler404, handler500 = http.ERROR_HANDLERS
