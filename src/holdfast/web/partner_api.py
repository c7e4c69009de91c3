"""What a partner's own system may ask: the shapes of questions and answers, and their description as OpenAPI.

Notices to its agency, and what a named person there answers. No child's record, no list of children, no search. Times
are UTC, RFC 3339. Pure but for `reverse`.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from holdfast.sharing.models import Message
from holdfast.sharing.picture import Happened, Standing
from holdfast.sharing.rules import CannotTell

PREFIX = "/api/1/"
MOST_BYTES = 10_000  # of what is sent with an answer
NAME, REASON = 120, 1000  # letters at most


def is_for_systems(path: str) -> bool:
    """Whether an address is one that systems ask, and people do not."""
    return path.startswith(PREFIX)


def said(body: bytes, *, wants_reason: bool) -> tuple[str, str]:
    """Who answers, and the reason (empty where none is wanted). Raises CannotTell, naming the field."""
    if len(body) > MOST_BYTES:
        raise CannotTell("body", f"Send at most {MOST_BYTES:,} bytes")
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        raise CannotTell("body", "Send one JSON object") from None
    if not isinstance(sent, dict):
        raise CannotTell("body", "Send one JSON object")
    wanted = {"by", "reason"} if wants_reason else {"by"}
    if unknown := sorted(sent.keys() - wanted):
        raise CannotTell("body", f"Send {' and '.join(sorted(wanted))}, and not: {_shown(unknown[0])}")
    by = _words(sent, "by", NAME, "Say the name of the person who answers")
    return by, _words(sent, "reason", REASON, "Say why it is refused") if wants_reason else ""


def _shown(name: str) -> str:
    return ascii(name)[:40]


def _words(sent: Mapping[str, Any], field: str, most: int, lacking: str) -> str:
    value = sent.get(field)
    if not isinstance(value, str) or not value.strip():
        raise CannotTell(field, lacking)
    if len(value) > most:
        raise CannotTell(field, f"At most {most} letters")
    # Signs that nobody types, and halves of a character that no database keeps.
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value):
        raise CannotTell(field, "It holds a sign that cannot be shown")
    return " ".join(value.split())


def waiting(message: Message, *, is_asked: bool) -> dict[str, Any]:
    """One line of the list: that something waits, not what it says."""
    return {
        "reference": message.reference,
        "asks": "acceptance" if is_asked else "receipt",
        "subject": message.subject,
        "child": message.child_id,
        "from": message.from_agency,
        "to": message.to_name,
        "made": time(message.made_at),
    }


def standing(message: Message, known: Standing) -> dict[str, Any]:
    """How a notice stands, without its words."""
    return {
        "reference": message.reference,
        "received": _event(known.received),
        "accepted": _event(known.accepted),
        "refused": _event(known.refused),
    }


def notice(message: Message, known: Standing, words: str) -> dict[str, Any]:
    """A notice with its words, why it is sent and on which lawful basis."""
    head = waiting(message, is_asked=message.handover_id is not None)
    return head | {"words": words, "why": message.why, "basis": message.basis} | standing(message, known)


def _event(event: Happened | None) -> dict[str, Any] | None:
    if event is None:
        return None
    return {"by": event.name, "agency": event.agency, "at": time(event.at), "reason": event.words}


def time(at: datetime) -> str:
    """UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


# At least one sign that is seen, and none that cannot be shown.
_SHOWN = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
_TEXT, _TIME = {"type": "string"}, {"type": "string", "format": "date-time"}
_NULL = {"type": "null"}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
    }  # fmt: skip


def _to(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Mapping[str, Any], words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": schema}}}


_PROBLEM = {
    401: "No key, or one that opens nothing (any more)",
    404: "There is no such notice, or it is not for this agency",
    409: "Somebody accepted it before (`accepted` says who), or it asks nobody to take anything over",
    422: "Something is missing or wrong; `field` says where",
    429: "Too many asked in an hour",
}
_HEAD = {
    "reference": _TEXT, "asks": {"enum": ["acceptance", "receipt"]}, "subject": _TEXT, "child": _TEXT, "from": _TEXT,
    "to": _TEXT, "made": _TIME,
}  # fmt: skip
_STANDS = {"received": {"oneOf": [_to("Event"), _NULL]}, "accepted": {"oneOf": [_to("Event"), _NULL]},
           "refused": {"oneOf": [_to("Event"), _NULL]}}  # fmt: skip
_ANSWERS = {
    "received": "A named person has it. Nothing is taken over by that",
    "accepted": "A named person takes it over (where acceptance is asked), or has read and accepted it",
    "refused": "A named person does not take it over, and says why; the next person on the ladder is told at once",
}


def _answers(good: Mapping[str, Any], *problems: int) -> dict[str, Any]:
    return {"200": good} | {str(n): _json(_to("Problem"), _PROBLEM[n]) for n in (401, *problems)}


def description() -> dict[str, Any]:
    """The whole of it, as OpenAPI 3.1."""
    name = {"type": "string", "minLength": 1, "maxLength": NAME, "pattern": _SHOWN}
    reason = {"type": "string", "minLength": 1, "maxLength": REASON, "pattern": _SHOWN}
    of_one = [
        {"name": "reference", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[A-Z0-9-]+$"}}
    ]
    paths: dict[str, Any] = {
        f"{PREFIX}notices": {
            "get": {
                "operationId": "notices",
                "summary": "What waits for a named person of your agency, oldest first",
                "responses": _answers(_json(_to("Waiting"), "What waits"), 429),
            }
        },
        f"{PREFIX}notices/{{reference}}": {
            "parameters": of_one,
            "get": {
                "operationId": "notice",
                "summary": "One notice with its words. Each reading is written down before it is answered",
                "responses": _answers(_json(_to("Notice"), "The notice"), 404, 429),
            },
        },
    }
    for answer, summary in _ANSWERS.items():
        body = _object(by=name, reason=reason) if answer == "refused" else _object(by=name)
        paths[f"{PREFIX}notices/{{reference}}/{answer}"] = {
            "parameters": of_one,
            "post": {
                "operationId": answer,
                "summary": f"{summary}. Said twice, it is written once",
                "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
                "responses": _answers(_json(_to("Standing"), "How it stands now"), 404, 409, 422, 429),
            },
        }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Holdfast, for partners’ systems",
            "version": "1",
            "description": "Notices to your agency, and what a named person there answers. Nothing else of a child.",
        },
        "paths": paths,
        "security": [{"key": []}],
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Event": _object(by=_TEXT, agency=_TEXT, at=_TIME, reason=_TEXT),
                "Waiting": _object(notices={"type": "array", "items": _object(**_HEAD)}, at=_TIME),
                "Notice": _object(**_HEAD, words=_TEXT, why=_TEXT, basis=_TEXT, **_STANDS),
                "Standing": _object(reference=_TEXT, **_STANDS),
                "Problem": {
                    "type": "object",
                    "properties": {"problem": _TEXT, "field": _TEXT, "accepted": _to("Event")},
                    "required": ["problem"],
                    "additionalProperties": False,
                },
            },
        },
    }
