"""The ways out that this house has: what its settings say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from holdfast.config.home import home
from holdfast.sharing.anchoring import Outside
from holdfast.sharing.channels import Way
from holdfast.sharing.channels.afar import Afar
from holdfast.sharing.channels.files import Files
from holdfast.sharing.channels.notify import Notify
from holdfast.sharing.channels.tray import Tray
from holdfast.sharing.rules import Channel


def ways() -> Mapping[Channel, Way]:
    """Notify where it has a key, else files in the house's outbox folder."""
    if settings.NOTIFY["key"]:
        return {
            Channel.LINK: Tray(),
            Channel.EMAIL: Notify(settings.NOTIFY, "email"),
            Channel.SMS: Notify(settings.NOTIFY, "sms"),
        }
    folder = home() / "outbox"
    return {Channel.LINK: Tray(), Channel.EMAIL: Files(folder, "email"), Channel.SMS: Files(folder, "sms")}


def anchor_places() -> Mapping[str, Outside]:
    """Where this house leaves its anchors, by name: nowhere unless a setting says so."""
    found: dict[str, Outside] = {}
    if settings.ANCHOR["folder"]:
        found["the folder elsewhere"] = Outside(Afar(Path(settings.ANCHOR["folder"])))
    if settings.ANCHOR["email"]:
        found["the partner by e-mail"] = Outside(ways()[Channel.EMAIL], settings.ANCHOR["email"])
    return found
