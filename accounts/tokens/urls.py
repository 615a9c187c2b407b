from django.urls import path

from accounts.tokens import views

urlpatterns = [
    path("tokens/", views.tokens, name="api-tokens"),
    path("tokens/<int:pk>/end/", views.end, name="api-token-end"),
]
