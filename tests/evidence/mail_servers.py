"""Mail servers on this machine, small and real: they speak SMTP and IMAP over sockets, and fail where a test says."""

from __future__ import annotations

import contextlib
import datetime
import re
import socketserver
import ssl
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Gone(Exception):
    """Raised by a hook: the server drops the line without a word."""


def certificate(folder):
    """A certificate for localhost, signed by itself: its file is what a client must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return cert, secret


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):  # a client that was killed is no fault of the server
        pass


class Standing:
    """A server that runs while the `with` lasts. `port` is where."""

    def __init__(self, tls=None):
        self.tls, self.lines_spoken, self.connections = tls, [], 0
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                outer.connections += 1
                with contextlib.suppress(Gone, OSError):
                    outer.talk(self)
                for part in (self.wfile, self.rfile, self.connection):
                    with contextlib.suppress(OSError):
                        part.close()

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()

    def say(self, line, text):
        line.wfile.write(text if isinstance(text, bytes) else text.encode() + b"\r\n")
        line.wfile.flush()

    def hear(self, line):
        heard = line.rfile.readline()
        if not heard:
            raise Gone
        self.lines_spoken.append(heard)
        return heard.decode("utf-8", "replace").rstrip("\r\n")

    def secure(self, line):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.tls)
        for part in (line.rfile, line.wfile):
            part.close()
        line.connection = context.wrap_socket(line.connection, server_side=True, do_handshake_on_connect=False)
        line.connection.do_handshake()
        line.rfile, line.wfile = line.connection.makefile("rb"), line.connection.makefile("wb")


class Smtp(Standing):
    """Takes letters. `on(stage, words)` may give an answer instead of the usual one, or raise Gone; the stages are
    greeting, mail, rcpt, data, and body (with the letter already taken when it is asked)."""

    def __init__(self, on=None, tls=None, password=None):
        self.on, self.password, self.taken = on or (lambda stage, words: None), password, []
        super().__init__(tls)

    def talk(self, line):
        sender, to, secured, known = "", [], False, self.password is None
        self.say(line, self.on("greeting", "") or "220 mail.example ready")
        while True:
            heard = self.hear(line)
            word = heard.split(" ")[0].upper()
            if word in ("EHLO", "HELO"):
                offers = ["mail.example", "8BITMIME"]
                offers += ["STARTTLS"] if self.tls and not secured else []
                offers += ["AUTH PLAIN LOGIN"] if self.password and (secured or not self.tls) else []
                for at, offer in enumerate(offers):
                    self.say(line, f"250{' ' if at == len(offers) - 1 else '-'}{offer}")
            elif word == "STARTTLS" and self.tls:
                self.say(line, "220 go on")
                self.secure(line)
                secured = True
            elif word == "AUTH":
                import base64

                given = base64.b64decode(heard.split(" ")[-1]).split(b"\0")[-1].decode()
                known = given == self.password
                self.say(line, "235 welcome" if known else "535 no")
            elif word == "MAIL":
                sender, to = re.search("<(.*?)>", heard).group(1), []
                self.say(line, self.on("mail", sender) or ("250 ok" if known else "530 sign in first"))
            elif word == "RCPT":
                address = re.search("<(.*?)>", heard).group(1)
                answer = self.on("rcpt", address) or "250 ok"
                to += [address] if answer.startswith("2") else []
                self.say(line, answer)
            elif word == "DATA":
                answer = self.on("data", to[0] if to else "") or ("354 go on" if to else "503 nobody")
                self.say(line, answer)
                if answer.startswith("354"):
                    content = b""
                    while (part := line.rfile.readline()) != b".\r\n":
                        if not part:
                            raise Gone
                        content += part[1:] if part.startswith(b".") else part
                    answer = self.on("body", to[0])
                    if answer is None or answer.startswith("2"):
                        self.taken.append((sender, to[0], content))
                    self.say(line, answer or "250 queued as 42")
            elif word == "RSET":
                sender, to = "", []
                self.say(line, "250 ok")
            elif word == "QUIT":
                self.say(line, "221 bye")
                return
            else:
                self.say(line, "502 what?")


class Imap(Standing):
    """A mailbox of (uid, message). It knows what a reader needs and nothing that changes a message. `sizes` may lie;
    `on(command)` may raise Gone."""

    def __init__(self, messages=(), validity=1000, on=None, tls=None, password="secret", sizes=None):
        self.messages, self.validity = dict(messages), validity
        self.on, self.password, self.sizes = on or (lambda command: None), password, sizes or {}
        self.announced = None
        super().__init__(tls)

    @property
    def commands(self):
        return [heard.split(b" ", 1)[1].strip().decode() for heard in self.lines_spoken]

    def talk(self, line):
        self.say(line, "* OK ready")
        while True:
            tag, _, command = self.hear(line).partition(" ")
            self.on(command)
            word = command.split(" ")[0].upper()
            if word == "CAPABILITY":
                self.say(line, "* CAPABILITY IMAP4rev1" + (" STARTTLS" if self.tls else ""))
            elif word == "STARTTLS":
                self.say(line, f"{tag} OK go on")
                self.secure(line)
                continue
            elif word == "LOGIN" and not command.rstrip('"').endswith(self.password):
                self.say(line, f"{tag} NO {command} is wrong")
                continue
            elif word == "EXAMINE":
                self.say(line, f"* {len(self.messages)} EXISTS")
                self.say(line, f"* OK [UIDVALIDITY {self.validity}] valid")
            elif command.upper().startswith("UID SEARCH UID"):
                first = int(re.search(r"(\d+):", command)[1])
                found = [uid for uid in self.messages if uid >= first] or list(self.messages)[-1:]
                self.say(line, f"* SEARCH {' '.join(map(str, found))}")
            elif command.upper().startswith("UID FETCH"):
                self.fetched(line, command)
            elif word == "LOGOUT":
                self.say(line, "* BYE")
                self.say(line, f"{tag} OK")
                return
            elif word != "LOGIN":
                self.say(line, f"{tag} BAD what?")
                continue
            self.say(line, f"{tag} OK done")

    def fetched(self, line, command):
        for uid in map(int, command.split(" ")[2].split(",")):
            content = self.messages.get(uid)
            if content is None:
                continue
            if "RFC822.SIZE" in command:
                self.say(line, f"* {uid} FETCH (UID {uid} RFC822.SIZE {self.sizes.get(uid, len(content))})")
            elif "BODY.PEEK[]" in command:
                size = self.announced or len(content)
                self.say(line, f"* {uid} FETCH (UID {uid} BODY[] {{{size}}}\r\n".encode() + content + b")\r\n")
