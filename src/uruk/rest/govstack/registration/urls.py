"""Addresses of the Registration interface; the statistics' also with the version behind."""

from django.urls import path, re_path

from uruk.rest.govstack.registration import applications, documents, services, statistics, tasks

urlpatterns = [
    path("services", services.listed, name="govstack-services"),
    path("services/<str:service>", services.one, name="govstack-service"),
    path("services/<str:service>/eForms", services.forms, name="govstack-forms"),
    path("services/<str:service>/applications", applications.submit, name="govstack-submit"),
    path("eForms/<str:form>", services.form, name="govstack-form"),
    path("applications", applications.listed, name="govstack-applications"),
    path("applications/<str:file>", applications.one, name="govstack-application"),
    path("documents", documents.upload, name="govstack-documents"),
    path("tasks", tasks.listed, name="govstack-tasks"),
    path("tasks/<str:task>", tasks.one, name="govstack-task"),
    path("tasks/<str:task>/complete", tasks.complete, name="govstack-complete"),
    re_path(r"^data/statistics(?:/1\.0)?/?\Z", statistics.statistics, name="govstack-statistics"),
]
