"""Small real servers on loopback: one that takes webhooks and one that takes mail."""

from __future__ import annotations

import json
import socketserver
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Webhooks:
    """What came in by path, and the status to answer a path with (200 unless set)."""

    def __init__(self):
        self.got = []
        self.status = {}
        self.url = ""

    def paths(self):
        return [path for path, _ in self.got]


@contextmanager
def webhook_server():
    """A server that keeps what is posted to it."""
    kept = Webhooks()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            kept.got.append((self.path, body))
            self.send_response(kept.status.get(self.path, 200))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    with _running(ThreadingHTTPServer(("127.0.0.1", 0), Door)) as port:
        kept.url = f"http://127.0.0.1:{port}"
        yield kept


class Mailbox:
    """The mails that came in, and the user names and passwords."""

    def __init__(self):
        self.mails = []
        self.logins = []
        self.port = 0


@contextmanager
def mail_server():
    """A server that speaks as much SMTP as smtplib needs."""
    kept = Mailbox()

    class Door(socketserver.StreamRequestHandler):
        def handle(self):
            self.say("220 here")
            for raw in self.rfile:
                line = raw.decode().strip()
                verb = line[:4].upper()
                if verb == "EHLO":
                    self.say("250-here", "250 AUTH PLAIN")
                elif verb == "AUTH":
                    kept.logins.append(line.split()[-1])
                    self.say("235 welcome")
                elif verb == "DATA":
                    self.say("354 go on")
                    kept.mails.append(self.mail())
                    self.say("250 kept")
                else:
                    self.say("221 bye" if verb == "QUIT" else "250 fine")

        def mail(self):
            lines = iter(self.rfile.readline, b".\r\n")
            return b"".join(lines).decode()

        def say(self, *lines):
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    with _running(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Door)) as port:
        kept.port = port
        yield kept


@contextmanager
def _running(server):
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
