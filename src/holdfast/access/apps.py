"""Django's name for this room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "holdfast.access"
    label = "access"

    def import_models(self) -> None:
        super().import_models()
        # The models of deeds stand in a file of their own.
        import holdfast.access.deeds  # noqa: F401
