"""Django's name for this room."""

from django.apps import AppConfig


class ChildConfig(AppConfig):
    name = "holdfast.child"
    label = "child"
