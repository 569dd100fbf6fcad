"""The addresses of rounds below an office."""

from django.urls import path

from uruk.desk.rounds import closing, looking

_ROUND = "rounds/<str:service>/<str:key>/"

urlpatterns = [
    path("rounds/", looking.listing, name="rounds"),
    path(_ROUND, looking.page, name="round"),
    path(f"{_ROUND}close/", closing.close, name="round-close"),
    path(f"{_ROUND}propose/", closing.propose, name="round-propose"),
    path(f"{_ROUND}approve/", closing.approve, name="round-approve"),
    path(f"{_ROUND}take-back/", closing.take_back, name="round-take-back"),
]
