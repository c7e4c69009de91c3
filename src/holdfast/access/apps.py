"""Django's name for this room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "holdfast.access"
    label = "access"

    def import_models(self) -> None:
        super().import_models()
        # Models of deeds, and those of the vault, stand in files of their own.
        import holdfast.access.canaries.rows
        import holdfast.access.deeds
        import holdfast.access.demand.rows
        import holdfast.access.directory.rows
        import holdfast.access.factors.passkeys.rows
        import holdfast.access.factors.rows
        import holdfast.access.keeping.rows
        import holdfast.access.packages.rows
        import holdfast.access.systems.rows
        import holdfast.access.vault.rows  # noqa: F401
