"""Every address of the service."""

from django.urls import include, path

urlpatterns = [path("", include("holdfast.web.urls"))]
handler400 = "holdfast.web.errors.bad_request"
handler403 = "holdfast.web.errors.forbidden"
handler404 = "holdfast.web.errors.not_found"
handler500 = "holdfast.web.errors.server_error"
