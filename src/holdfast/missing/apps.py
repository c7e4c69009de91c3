"""Django's name for this room."""

from django.apps import AppConfig


class MissingConfig(AppConfig):
    name = "holdfast.missing"
    label = "missing"

    def ready(self) -> None:
        from holdfast.access.vault.actions import value_kept
        from holdfast.missing.patterns.actions import never_compare

        value_kept.connect(never_compare)

    def import_models(self) -> None:
        super().import_models()
        # The models of patterns stand in a file of their own.
        import holdfast.missing.patterns.rows  # noqa: F401
