from django.urls import include, path

from accounts import views

urlpatterns = [
    path("", include("accounts.tokens.urls")),
    path("profile/", views.profile, name="profile"),
    path("profile/feeds/", views.end_feeds, name="end-feeds"),
    path("link/<str:token>/", views.sign_in_link, name="sign-in-link"),
]
