"""GOV.UK Notify, through its own client. The house's template at Notify has two fields: ((reference)) and ((link)).

Notify does not refuse a reference that it knows already, so it is asked for the reference before anything that may
have been sent goes out again. It keeps messages for seven days by default; a message is tried for two weeks, but what
could have reached Notify unseen is always younger than the next try.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from holdfast.sharing.channels import Arrival, NeverSends, Parcel, Receipt, Sent, TryLater

TIMEOUT = 20  # seconds: far less than a lease, so a slow answer is over before anybody else tries
_ASK_AGAIN = timedelta(minutes=1)
_ARRIVALS = {
    "delivered": Arrival.DELIVERED,
    "permanent-failure": Arrival.FAILED,
    "temporary-failure": Arrival.FAILED,
    "technical-failure": Arrival.FAILED,
}
_REASONS = {
    "permanent-failure": "Notify says that the address or number does not exist",
    "temporary-failure": "Notify says that the mailbox is full or the telephone was off for three days",
    "technical-failure": "Notify could not send it",
}


class Notify:
    """E-mails or texts by GOV.UK Notify. `kind` is "email" or "sms"."""

    tells_arrival = True

    def __init__(self, settings: Mapping[str, str], kind: str) -> None:
        from notifications_python_client.notifications import NotificationsAPIClient

        self._client = NotificationsAPIClient(settings["key"], base_url=settings["address"], timeout=TIMEOUT)
        self._template = settings[kind]
        self._kind = kind

    def has(self, parcel: Parcel) -> Sent | None:
        found = _asked(lambda: self._client.get_all_notifications(reference=parcel.reference))
        held = found.get("notifications") or []
        return Sent(str(held[0]["id"]), str(held[0].get("body") or "")) if held else None

    def send(self, parcel: Parcel) -> Sent:
        if not self._template:
            raise NeverSends(f"No template is set: HOLDFAST_NOTIFY_{self._kind.upper()}_TEMPLATE")
        words = {"reference": parcel.code, "link": parcel.link}
        send = self._client.send_email_notification if self._kind == "email" else self._client.send_sms_notification
        answer = _asked(lambda: send(parcel.address, self._template, personalisation=words, reference=parcel.reference))
        if answer.get("reference") != parcel.reference:
            raise TryLater("Notify answered about another message")
        return Sent(str(answer["id"]), str(answer.get("content", {}).get("body", "")))

    def receipt(self, provider: str) -> Receipt:
        try:
            status = str(_asked(lambda: self._client.get_notification_by_id(provider)).get("status", ""))
        except NeverSends as gone:
            raise TryLater(gone.reason) from gone
        return Receipt(_ARRIVALS.get(status, Arrival.UNDER_WAY), _REASONS.get(status, ""))


def _asked(call: Callable[[], Any]) -> dict[str, Any]:
    """Notify's answer. A refusal that will be the same next time raises NeverSends; anything else, TryLater."""
    from notifications_python_client.errors import HTTPError, InvalidResponse

    try:
        answer = call()
    except HTTPError as error:
        raise _meaning(error.status_code, error.message, is_answer=error.response is not None) from error
    except InvalidResponse as error:
        raise TryLater("Notify’s answer could not be read") from error
    if not isinstance(answer, dict):
        raise TryLater("Notify’s answer could not be read")
    return answer


def _meaning(status: int, said: object, *, is_answer: bool) -> TryLater | NeverSends:
    if not is_answer:
        return TryLater("Notify could not be reached, or did not answer in time")
    words = "; ".join(str(e.get("message", "")) for e in said) if isinstance(said, list) else str(said)
    if status == 400:
        return NeverSends(f"Notify refused it: {words}")
    if status == 403:
        # The key or the clock of the house is wrong: somebody mends that, and then it goes out.
        return TryLater(f"Notify refused the key: {words}", _ASK_AGAIN)
    if status == 429:
        daily = "day" in words or "limits" in words
        return TryLater(f"Notify’s limit is reached: {words}", timedelta(hours=1) if daily else _ASK_AGAIN)
    return TryLater(f"Notify is in trouble ({status})")
