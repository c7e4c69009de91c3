"""The record."""

from django.apps import AppConfig


class ChronologyConfig(AppConfig):
    name = "holdfast.chronology"
    label = "chronology"
