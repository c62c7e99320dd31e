"""A small real mail server on this machine: speaks SMTP over a socket, keeps what it took, refuses what it is told to."""

import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


@dataclass
class Taken:
    """One letter the server took."""

    sender: str
    recipients: list[str]
    mail: EmailMessage
    is_encrypted: bool
    user: str


@dataclass
class MailServer:
    """What the server was told to do, and what it took."""

    port: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)  # address -> answers to give before taking a letter
    context: ssl.SSLContext | None = None
    needs_login: bool = False
    delay_seconds: float = 0.0
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def to(self, address: str) -> list[Taken]:
        return [one for one in self.taken if one.recipients == [address]]


class _Talk(socketserver.StreamRequestHandler):
    state: MailServer

    def handle(self) -> None:
        self.is_encrypted, self.user = False, ""
        self.sender, self.recipients = "", list[str]()
        self.say("220 here")
        while line := self.rfile.readline():
            words = line.decode().strip()
            with self.state.lock:
                self.state.said.append(words.split(" ")[0].upper())
            if not self.answer(words):
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
        self.wfile.flush()

    def answer(self, words: str) -> bool:
        verb = words.split(" ")[0].upper()
        if verb == "EHLO":
            extra = ["STARTTLS"] if self.state.context and not self.is_encrypted else []
            extra += ["AUTH PLAIN"] if self.state.needs_login else []
            lines = ["here", "8BITMIME", *extra]
            for place, one in enumerate(lines):
                self.say(f"250{'-' if place < len(lines) - 1 else ' '}{one}")
        elif verb == "STARTTLS" and self.state.context:
            self.say("220 go")
            try:
                self.connection = self.state.context.wrap_socket(self.connection, server_side=True)
            except (ssl.SSLError, OSError):
                return False
            self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")
            self.is_encrypted = True
        elif verb == "AUTH":
            self.user = words.split(" ")[2]
            self.say("235 in")
        elif verb == "MAIL":
            self.sender, self.recipients = words.split("<")[1].split(">")[0], []
            self.say("530 login first" if self.state.needs_login and not self.user else "250 ok")
        elif verb == "RCPT":
            address = words.split("<")[1].split(">")[0]
            with self.state.lock:
                waiting = self.state.answers.get(address, [])
                reply = waiting.pop(0) if waiting else "250 ok"
            self.recipients.append(address)
            self.say(reply)
        elif verb == "DATA":
            self.say("354 go on")
            self.take()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 ok")
        return True

    def take(self) -> None:
        body = bytearray()
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            body += line.removeprefix(b".")
        if self.state.delay_seconds:
            threading.Event().wait(self.state.delay_seconds)
        mail = message_from_bytes(bytes(body), policy=default)
        assert isinstance(mail, EmailMessage)
        with self.state.lock:
            self.state.taken.append(Taken(self.sender, list(self.recipients), mail, self.is_encrypted, self.user))
        self.say("250 taken")


@contextmanager
def mail_server(state: MailServer | None = None) -> Iterator[MailServer]:
    """Listen on a free port until the block ends."""
    kept = state or MailServer()
    talk = type("Talk", (_Talk,), {"state": kept})
    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), talk) as server:
        server.daemon_threads = True
        kept.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
