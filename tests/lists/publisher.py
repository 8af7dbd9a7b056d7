"""A publisher's server on this machine, which misbehaves as it is told to."""

from __future__ import annotations

import contextlib
import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["UNSAID", "Answer", "Publisher", "gzip_bomb", "publishing", "redirects", "serves", "status"]

UNSAID = -1
"""As a length: none is said, and the end of the connection is the end of the file."""

Answer = Callable[[BaseHTTPRequestHandler], None]


def gzip_bomb(size: int) -> bytes:
    """Zeros that are few bytes on the wire."""
    return gzip.compress(b"\0" * size)


class Publisher:
    """What the server answers, path by path, and what it was asked.

    Attributes:
        address: Of the server, without a path.
        asked: Path and headers of each request, in order.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.released = threading.Event()
        self._answers: dict[str, list[Answer]] = {}

    def at(self, path: str) -> str:
        """The address of a path."""
        return f"{self.address}{path}"

    def on(self, path: str, *answers: Answer) -> str:
        """Answer a path with these in turn, the last one for ever; return its address."""
        self._answers[path] = list(answers)
        return self.at(path)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, dict(request.headers)))
        answers = self._answers.get(request.path, [status(404)])
        (answers.pop(0) if len(answers) > 1 else answers[0])(request)

    # What it can answer with.

    def hangs(self, request: BaseHTTPRequestHandler) -> None:
        self.released.wait(5)

    def drips(self, request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        with contextlib.suppress(OSError):
            while not self.released.wait(0.02):
                request.wfile.write(b"x")
                request.wfile.flush()

    def drips_headers(self, request: BaseHTTPRequestHandler) -> None:
        with contextlib.suppress(OSError):
            request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
            while not self.released.wait(0.02):
                request.wfile.write(b"x")


def serves(
    body: bytes, *, etag: str = "", modified: str = "", length: int | None = None, coding: str = "", wait: float = 0.0
) -> Answer:
    """A file, or 304 where the request says that it is there already."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        time.sleep(wait)
        if etag and request.headers.get("If-None-Match") == etag:
            request.send_response(304)
            request.end_headers()
            return
        request.send_response(200)
        if length != UNSAID:
            request.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (("ETag", etag), ("Last-Modified", modified), ("Content-Encoding", coding)):
            if value:
                request.send_header(name, value)
        request.end_headers()
        with contextlib.suppress(OSError):
            request.wfile.write(body)

    return answer


def status(code: int, **headers: str) -> Answer:
    """A status without a file."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer


def redirects(to: str) -> Answer:
    """A redirect."""
    return status(302, Location=to)


@contextlib.contextmanager
def publishing() -> Iterator[Publisher]:
    """Run the server while the block runs."""
    publisher: Publisher | None = None

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert publisher is not None
            publisher.answer(self)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    publisher = Publisher(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield publisher
    finally:
        publisher.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
