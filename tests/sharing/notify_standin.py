"""A stand-in for GOV.UK Notify on loopback. It speaks the published API, refuses what the real one refuses, and counts.

Published: POST /v2/notifications/{email,sms}, GET /v2/notifications?reference=, GET /v2/notifications/<id>; a JSON Web
Token (HS256, the service as issuer, issued within 30 seconds) and errors as {"status_code", "errors": [{"error",
"message"}]}. A second message with a known reference is sent a second time, as the real one does.
"""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import jwt

SERVICE, SECRET = "9f6c0d1e-3a57-4f0c-8f0e-2f1f5a6b7c8d", "1b2c3d4e-5f60-4718-92a3-b4c5d6e7f809"
KEY = f"holdfast-{SERVICE}-{SECRET}"
EMAIL_TEMPLATE, SMS_TEMPLATE = "5c5b0a0e-11aa-4c11-9d11-000000000001", "5c5b0a0e-11aa-4c11-9d11-000000000002"
_WORDS = "A notice needs you. Reference ((reference)). Sign in to read it: ((link))"
TEMPLATES = {EMAIL_TEMPLATE: ("email", _WORDS), SMS_TEMPLATE: ("sms", _WORDS)}


class Refused(Exception):
    def __init__(self, status: int, error: str, message: str) -> None:
        super().__init__(message)
        self.body = {"status_code": status, "errors": [{"error": error, "message": message}]}


class StandIn:
    """What it was sent, and how it behaves now."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.requests = 0
        self.is_down = False  # answers 500
        self.hangs_up = False  # closes the connection without an answer
        self.late = 0.0  # seconds between having a message and saying so
        self.rate = 10**9  # how many it takes before it answers 429
        self.jitter = 0.0
        self._lock = threading.Lock()
        self._random = Random(1)

    def answer(self, method: str, path: str, token: str, body: bytes) -> tuple[int, dict[str, Any]]:
        self.requests += 1
        self._pause()
        address = urlsplit(path)
        if address.path == "/count":
            with self._lock:
                return 200, {"references": [s["reference"] for s in self.sent]}
        if self.is_down:
            raise Refused(500, "Exception", "Internal server error")
        self._authorised(token)
        if method == "GET" and address.path == "/v2/notifications":
            wanted = parse_qs(address.query).get("reference", [None])[0]
            with self._lock:
                return 200, {"notifications": [s for s in self.sent if s["reference"] == wanted], "links": {}}
        if method == "GET":
            return 200, self._one(address.path.rpartition("/")[2])
        kind = {"/v2/notifications/email": "email", "/v2/notifications/sms": "sms"}.get(address.path)
        if kind is None:
            raise Refused(404, "NoResultFound", "No result found")
        taken = self._take(kind, json.loads(body))
        self._pause()
        time.sleep(self.late)
        return 201, taken

    def _pause(self) -> None:
        if self.jitter:
            time.sleep(self._random.random() * self.jitter)

    def _authorised(self, token: str) -> None:
        if not token.startswith("Bearer "):
            raise Refused(401, "AuthError", "Unauthorized: authentication token must be provided")
        try:
            claims = jwt.decode(token[7:], SECRET, algorithms=["HS256"], options={"verify_iat": False})
        except jwt.PyJWTError:
            raise Refused(403, "AuthError", "Invalid token: API key not found") from None
        if claims.get("iss") != SERVICE:
            raise Refused(403, "AuthError", "Invalid token: service not found")
        if abs(time.time() - claims.get("iat", 0)) > 30:
            raise Refused(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")

    def _one(self, number: str) -> dict[str, Any]:
        try:
            UUID(number)
        except ValueError:
            raise Refused(400, "ValidationError", "id is not a valid UUID") from None
        with self._lock:
            found = next((s for s in self.sent if s["id"] == number), None)
        if found is None:
            raise Refused(404, "NoResultFound", "No result found")
        return found

    def _take(self, kind: str, asked: dict[str, Any]) -> dict[str, Any]:
        template = TEMPLATES.get(asked.get("template_id", ""))
        if template is None:
            raise Refused(400, "BadRequestError", "Template not found")
        if template[0] != kind:
            raise Refused(400, "BadRequestError", f"{template[0]} template is not suitable for {kind} notification")
        address = asked.get("email_address" if kind == "email" else "phone_number", "")
        if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", address):
            raise Refused(400, "ValidationError", "email_address Not a valid email address")
        if kind == "sms" and not re.fullmatch(r"(\+44|0)7\d{9}", address):
            raise Refused(400, "ValidationError", "phone_number Not a UK mobile number")
        if kind == "sms" and address.endswith("900000"):
            raise Refused(400, "BadRequestError", "Can’t send to this recipient using a team-only API key")
        given = asked.get("personalisation", {})
        lacking = [f for f in re.findall(r"\(\((\w+)\)\)", template[1]) if f not in given]
        if lacking:
            raise Refused(400, "BadRequestError", f"Missing personalisation: {', '.join(lacking)}")
        with self._lock:
            if len(self.sent) >= self.rate:
                raise Refused(
                    429, "RateLimitError", "Exceeded rate limit for key type LIVE of 3000 requests per 60 seconds"
                )
            text = re.sub(r"\(\((\w+)\)\)", lambda m: str(given[m[1]]), template[1])
            one = {"id": str(uuid4()), "reference": asked.get("reference"), "type": kind, "status": "sending",
                   "body": text, "to": address}  # fmt: skip
            self.sent.append(one)
        return {"id": one["id"], "reference": one["reference"], "content": {"body": text}, "uri": "", "template": {}}


def _handler(house: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if house.hangs_up:
                self.close_connection = True
                return
            try:
                status, said = house.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
            except Refused as refused:
                status, said = refused.body["status_code"], refused.body
            content = json.dumps(said).encode()
            try:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except (BrokenPipeError, ConnectionResetError):
                pass  # whoever asked is dead, or has stopped waiting

        do_GET = do_POST = _serve

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a killed worker leaves a broken connection behind


def server_of(house: StandIn) -> ThreadingHTTPServer:
    return _Server(("127.0.0.1", 0), _handler(house))


@contextmanager
def standing_in(house: StandIn) -> Any:
    """The address at which it listens."""
    server = server_of(house)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
