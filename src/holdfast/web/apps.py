"""Django's name for this room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "holdfast.web"
    label = "web"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from holdfast.web.watch import begin_session

        user_logged_in.connect(begin_session, dispatch_uid="begin_session")
