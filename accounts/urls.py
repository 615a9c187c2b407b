from django.urls import include, path

from accounts import elsewhere, views

urlpatterns = [
    path("", include("accounts.tokens.urls")),
    path("profile/", views.profile, name="profile"),
    path("language/", views.language, name="language"),
    path("profile/feeds/", views.end_feeds, name="end-feeds"),
    path("oidc/<str:provider_id>/login/", elsewhere.login, name="openid_connect_login"),  # instead of django-allauth's
    path("link/<str:token>/", views.sign_in_link, name="sign-in-link"),
]
