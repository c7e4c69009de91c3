"""Django's name for this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "holdfast.web"
    label = "web"
