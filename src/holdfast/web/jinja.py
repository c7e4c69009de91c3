"""The environment that every page is made in: escaped by default, with the house's words as filters."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader

from holdfast.access.limits import IDLE_AT_MOST
from holdfast.web import form_fields, saying
from holdfast.worktime.words import say_clock, say_day, say_time


def _address(name: str, *arguments: object) -> str:
    return reverse(name, args=arguments)


def environment(**options: Any) -> Environment:
    """Django's options, with the Design System's macros to be had under their own package's name."""
    govuk = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    loader = ChoiceLoader([options.pop("loader"), govuk])
    made = Environment(  # noqa: S701 - autoescape is asserted below; Django passes it among the options
        **{**options, "autoescape": True, "loader": loader, "trim_blocks": True, "lstrip_blocks": True}
    )
    made.globals.update(
        static=static,
        url=_address,
        council=settings.COUNCIL_NAME,
        help_phone=settings.HELP_PHONE,
        idle_seconds=int(IDLE_AT_MOST.total_seconds()),
        date_parameters=form_fields.date_input,
    )
    made.filters.update(
        time=say_time,
        clock=say_clock,
        day=say_day,
        upper_first=saying.upper_first,
        moment=saying.say_moment,
        last_day=saying.say_last_day,
        age=saying.say_age,
        risk=saying.say_risk,
        place=saying.say_place,
        standing=saying.say_standing,
        confidence=saying.say_confidence,
        iso=saying.iso,
        text_parameters=form_fields.text_input,
        choice_parameters=form_fields.choice,
        select_parameters=form_fields.select,
        tick_parameters=form_fields.tick,
        ticks_parameters=form_fields.ticks,
        summary_parameters=form_fields.error_summary,
        file_parameters=form_fields.file_input,
    )
    return made
