"""A tile service on this machine, which answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
from PIL import Image


def tile(colour: tuple[int, int, int], side: int = 256) -> bytes:
    """A plain tile as PNG."""
    out = io.BytesIO()
    Image.fromarray(np.full((side, side, 3), colour, np.uint8)).save(out, "PNG")
    return out.getvalue()


class Server(ThreadingHTTPServer):
    """Answers with ``status`` and ``body``; ``waits`` holds the answer back until it is set."""

    daemon_threads = True
    status, body, kind = 200, tile((10, 200, 30)), "image/png"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.agents: set[str] = set()
        self.waits = threading.Event()
        self.waits.set()

    @property
    def template(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{{z}}/{{x}}/{{y}}?tk={{key}}"


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        server = self.server
        server.asked.append(self.path)
        server.agents.add(self.headers.get("User-Agent", ""))
        server.waits.wait(30)
        self.send_response(server.status)
        if server.status in (301, 302):
            self.send_header("Location", f"http://127.0.0.1:{server.server_address[1]}/elsewhere")
        self.send_header("Content-Type", server.kind)
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        if server.status == 200:
            try:
                self.wfile.write(server.body)
            except (BrokenPipeError, ConnectionResetError):
                server.broken = True

    def log_message(self, *_given: Any) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Server]:
    """Serve for the length of a block."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.waits.set()
        server.shutdown()
        server.server_close()
        thread.join()
