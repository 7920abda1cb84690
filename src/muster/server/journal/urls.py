"""Addresses of the ledger's files."""

from django.urls import path

from muster.server.journal import views

urlpatterns = [
    path("checkpoint", views.show_checkpoint, name="ledger-checkpoint"),
    path("tile/<path:place>", views.show_tile, name="ledger-tile"),
    path("receipt/<int:index>", views.show_receipt, name="ledger-receipt"),
]
