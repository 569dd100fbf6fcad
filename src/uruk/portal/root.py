"""Addresses without a language: what a QR code opens, and the service worker, which serves all from the root."""

from django.urls import path

from uruk.portal import home, worker

app_name = "root"

urlpatterns = [
    path("", home.root, name="root"),
    path("sw.js", worker.worker, name="worker"),
]
