from django.urls import path

from groups.hooks import views

urlpatterns = [
    path("g/<str:slug>/settings/hooks/", views.hooks, name="group-hooks"),
    path("g/<str:slug>/settings/hooks/<int:pk>/", views.hook, name="group-hook"),
    path("g/<str:slug>/settings/hooks/sent/<int:pk>/", views.sending, name="group-hook-sending"),
    path("site/hooks/", views.hooks, name="site-hooks"),
    path("site/hooks/<int:pk>/", views.hook, name="site-hook"),
    path("site/hooks/sent/<int:pk>/", views.sending, name="site-hook-sending"),
]
