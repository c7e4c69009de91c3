"""Django's name for this room."""

from django.apps import AppConfig


class MissingConfig(AppConfig):
    name = "holdfast.missing"
    label = "missing"
