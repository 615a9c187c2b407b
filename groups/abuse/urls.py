from django.urls import path

from groups.abuse import views

urlpatterns = [path("g/<str:slug>/report/", views.report_group, name="report-group")]
