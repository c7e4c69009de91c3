"""Django's name for this room."""

from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "holdfast.sharing"
    label = "sharing"

    def ready(self) -> None:
        from holdfast.access.actions import emergency_opened
        from holdfast.access.canaries.actions import canary_opened
        from holdfast.sharing.alarms import tell_reviewers, tell_watchers

        canary_opened.connect(tell_watchers)
        emergency_opened.connect(tell_reviewers)

    def import_models(self) -> None:
        super().import_models()
        # The models of handovers and of the watch stand in files of their own.
        import holdfast.sharing.handover.rows
        import holdfast.sharing.leaving.rows
        import holdfast.sharing.rota.rows
        import holdfast.sharing.watch.rows  # noqa: F401
