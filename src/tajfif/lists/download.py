"""One file fetched from an address that may misbehave. Reach for it to download a publisher's list.

Everything that comes is untrusted: it is bounded in time, in bytes on the wire and in bytes after decompression, and it
is counted. A redirect is followed only where it leads to https, and never in a circle. What fails in passing (no
connection, a time-out, an answer of 5xx) is tried again after a wait that doubles. A plain http address is taken only
on this machine itself, because a list that was altered on its way is worse than none.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import random
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec

from tajfif.config import engine_version
from tajfif.errors import ListError

__all__ = ["Conditions", "Fetched", "Limits", "fetch", "shown_address"]

_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be another one soon (RFC 9110, sections 15.5.9 and 15.6; RFC 8470; RFC 6585)."""

_OLD_SERVES = "Nothing was changed; the version that served goes on serving."


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How long and how much.

    Attributes:
        connect, read: Seconds to wait for a connection, and for the next bytes.
        total: Seconds for one try from its beginning to its last byte.
        wire_bytes, file_bytes: Most bytes that may come, and most that may come out of them.
        redirects: Most redirects followed.
        tries: How often it is tried altogether.
        wait: Seconds before the second try; doubled before each further one, and varied by a half up or down.
        longest_wait: Most seconds to wait before a try; a server that asks for more is not asked again.
    """

    connect: float = 10.0
    read: float = 30.0
    total: float = 300.0
    wire_bytes: int = 200 * 1024 * 1024
    file_bytes: int = 200 * 1024 * 1024
    redirects: int = 5
    tries: int = 4
    wait: float = 1.0
    longest_wait: float = 60.0


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What a server said of the file that is here already, so that it need not be sent again.

    Attributes:
        etag: Its entity tag, as the server wrote it.
        last_modified: Its date, as the server wrote it.
    """

    etag: str = ""
    last_modified: str = ""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """What came.

    Attributes:
        changed: Whether a file came; else the server says that it is as it was (304).
        path: Where it was written; None if none came.
        size, sha256: Of the file as written; zero and empty if none came.
        content_type: What the server calls it; not to be relied on.
        conditions: To be given the next time.
        tries: How often it was tried.
    """

    changed: bool
    path: Path | None
    size: int = 0
    sha256: str = ""
    content_type: str = ""
    conditions: Conditions
    tries: int = 1


class _PassingError(Exception):
    """A fault that may be gone at the next try."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


def shown_address(address: str) -> str:
    """Return an address as it may be shown and logged: without a password, and without a query, which may hold a key."""
    parts = urlsplit(address)
    place = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{place}{parts.path}" + ("?…" if parts.query else "")


def fetch(
    address: str,
    target: Path,
    *,
    limits: Limits | None = None,
    conditions: Conditions | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Fetched:
    """Fetch a file.

    Args:
        address: An https address, or an http one on this machine. Proxies are those of the environment
            (``HTTPS_PROXY``, ``NO_PROXY``); certificates are verified.
        target: Where the file is written; what is there is replaced. After an error nothing is there.
        limits: How long and how much.
        conditions: What was returned the last time, while that file is still the one in use.
        sleep: What waits between tries.

    Raises:
        ListError: It could not be fetched; the message says why, where, and what to do.
    """
    limits, conditions = limits or Limits(), conditions or Conditions()
    _check_address(address, may_be_local=True, where=shown_address(address))
    for attempt in range(1, limits.tries + 1):
        try:
            fetched = _Attempt(address, target, limits, conditions).run()
            return msgspec.structs.replace(fetched, tries=attempt)
        except _PassingError as error:
            target.unlink(missing_ok=True)
            wait = limits.wait * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311, so that not all come at once
            wait = min(wait, limits.longest_wait) if error.wait is None else error.wait
            asked = f"; it asks for {wait:.0f} seconds of patience" if wait > limits.longest_wait else ""
            if attempt == limits.tries or asked:
                raise ListError(
                    f"{error}{asked}; tried {attempt} {'time' if attempt == 1 else 'times'}",
                    where=shown_address(address),
                    hint=f"Try again later, or fetch it with a browser and load it. {_OLD_SERVES}",
                ) from error
            sleep(wait)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
    raise ListError("the limits allow no try at all", where=shown_address(address), hint="Set tries to 1 or more.")


def _is_local(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check_address(address: str, *, may_be_local: bool, where: str) -> None:
    """Refuse what is neither https nor, where that is allowed, http on this machine."""
    parts = urlsplit(address)
    if parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and may_be_local and _is_local(address))):
        return
    raise ListError(
        f"{shown_address(address)} is not an https address" if parts.scheme else f"{address!r} is not an address",
        where=where,
        hint=f"A list may be altered on its way over anything else; http is taken on this machine alone. {_OLD_SERVES}",
    )


class _Attempt:
    """One try."""

    def __init__(self, address: str, target: Path, limits: Limits, conditions: Conditions) -> None:
        self._address, self._target, self._limits, self._conditions = address, target, limits, conditions
        self._where = shown_address(address)
        self._socket: socket.socket | None = None
        self._late = threading.Event()

    def run(self) -> Fetched:
        """Fetch the file once.

        Raises:
            _PassingError: It may succeed later.
            ListError: It will not.
        """
        limits = self._limits
        timeout = httpx.Timeout(limits.read, connect=limits.connect)
        watch = threading.Timer(limits.total, self._stop)
        watch.daemon = True
        watch.start()
        try:
            with httpx.Client(timeout=timeout, trust_env=not _is_local(self._address)) as client:
                return self._follow(client)
        except httpx.TimeoutException as error:
            raise _PassingError(self._too_late() or _timeout_words(error, limits)) from error
        except httpx.RemoteProtocolError as error:
            broken = f"the server broke off, so that the file is cut off or no file at all: {error}"
            raise _PassingError(self._too_late() or broken) from error
        except httpx.TransportError as error:
            raise _PassingError(self._too_late() or f"no connection: {error}") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ListError(f"it cannot be fetched: {error}", where=self._where, hint=_OLD_SERVES) from error
        finally:
            watch.cancel()

    def _stop(self) -> None:
        """End a try that takes too long: a server that sends a byte now and then never runs into the other time-outs."""
        self._late.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):  # it is closed already
                self._socket.shutdown(socket.SHUT_RDWR)

    def _too_late(self) -> str:
        return f"it took longer than {self._limits.total:g} seconds" if self._late.is_set() else ""

    def _note_socket(self, event: str, info: dict[str, Any]) -> None:
        if event in {"connection.connect_tcp.complete", "connection.start_tls.complete"}:
            self._socket = info["return_value"].get_extra_info("socket")
            if self._late.is_set():
                raise httpx.PoolTimeout("late")

    def _follow(self, client: httpx.Client) -> Fetched:
        """Send the request, and again to where the answers point."""
        headers = {"User-Agent": f"tajfif/{engine_version()}", "Accept": "*/*", "Accept-Encoding": "gzip"}
        if self._conditions.etag:
            headers["If-None-Match"] = self._conditions.etag
        if self._conditions.last_modified:
            headers["If-Modified-Since"] = self._conditions.last_modified
        address, seen = self._address, {self._address}
        for _ in range(self._limits.redirects + 1):
            request = client.build_request("GET", address, headers=headers, extensions={"trace": self._note_socket})
            response = client.send(request, stream=True)
            try:
                if response.status_code not in _REDIRECTS:
                    return self._answer(response)
                address = self._next(response, seen)
            finally:
                response.close()
        raise ListError(
            f"more than {self._limits.redirects} redirects", where=self._where,
            hint=f"Look up the file's address on the publisher's page. {_OLD_SERVES}",
        )  # fmt: skip

    def _next(self, response: httpx.Response, seen: set[str]) -> str:
        location = response.headers.get("location", "")
        address = str(response.url.join(location)) if location else ""
        if not address or address in seen:
            raise ListError(
                "the server redirects in a circle" if address else "the server redirects to nowhere", where=self._where,
                hint=f"Look up the file's address on the publisher's page. {_OLD_SERVES}",
            )  # fmt: skip
        seen.add(address)
        _check_address(address, may_be_local=_is_local(self._address), where=f"{self._where}, redirected")
        return address

    def _answer(self, response: httpx.Response) -> Fetched:
        status = response.status_code
        if status == 304 and self._conditions != Conditions():
            return Fetched(changed=False, path=None, conditions=self._conditions)
        if status in _PASSING:
            raise _PassingError(
                f"the server answers {status} {response.reason_phrase}".rstrip(), _patience(response.headers)
            )
        if status != 200:
            raise ListError(
                f"the server answers {status} {response.reason_phrase}".rstrip(), where=self._where,
                hint=f"Look whether the publisher moved the file, and name its address in config.toml. {_OLD_SERVES}",
            )  # fmt: skip
        digest, size = hashlib.sha256(), 0
        with self._target.open("wb") as file:
            for part in _decoded(self._counted(response), self._coding(response), self._limits.file_bytes, self._where):
                digest.update(part)
                size += len(part)
                file.write(part)
        if not size:
            raise _PassingError("the server sent an empty file")
        return Fetched(
            changed=True, path=self._target, size=size, sha256=digest.hexdigest(),
            content_type=response.headers.get("content-type", ""),
            conditions=Conditions(
                etag=response.headers.get("etag", ""), last_modified=response.headers.get("last-modified", "")
            ),
        )  # fmt: skip

    def _coding(self, response: httpx.Response) -> str:
        coding = str(response.headers.get("content-encoding", "")).strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise ListError(
                f"the server packs the file as {coding!r}, which was not asked for", where=self._where,
                hint=_OLD_SERVES,
            )  # fmt: skip
        return "" if coding == "identity" else coding

    def _counted(self, response: httpx.Response) -> Iterator[bytes]:
        """Yield what comes over the wire, while it is no more than allowed, and as much as announced."""
        most, came = self._limits.wire_bytes, 0
        stated = response.headers.get("content-length", "")
        announced = int(stated) if stated.isascii() and stated.isdigit() else None
        too_large = ListError(
            f"the file is larger than {most:,} bytes, which no list of this kind is",
            where=self._where,
            hint=_OLD_SERVES,
        )
        if announced is not None and announced > most:
            raise too_large
        for part in response.iter_raw(_CHUNK):
            came += len(part)
            if came > most:
                raise too_large
            if self._late.is_set():
                raise _PassingError(self._too_late())
            yield part
        if announced is not None and came != announced:
            raise _PassingError(f"the file is cut off: {came:,} of {announced:,} bytes came")


def _decoded(parts: Iterator[bytes], coding: str, most: int, where: str) -> Iterator[bytes]:
    """Unpack a body as it comes, never more than allowed."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32) if coding else None
    written = 0
    for part in parts:
        rest = part
        while rest:
            if unpacker is None:
                out, rest = rest, b""
            else:
                try:
                    out = unpacker.decompress(rest, _CHUNK)
                except zlib.error as error:
                    raise ListError(
                        f"the file is packed as {coding} and cannot be unpacked: {error}", where=where, hint=_OLD_SERVES
                    ) from error
                rest = unpacker.unconsumed_tail
                if unpacker.eof:
                    rest = unpacker.unused_data
                    if rest:  # a gzip file may have several members (RFC 1952, section 2.2)
                        unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
            written += len(out)
            if written > most:
                raise ListError(
                    f"the file unpacks to more than {most:,} bytes: it is a bomb, or not this list", where=where,
                    hint=_OLD_SERVES,
                )  # fmt: skip
            if out:
                yield out
    if unpacker is not None and not unpacker.eof:
        raise _PassingError("the file is cut off: its packing does not end")


def _patience(headers: httpx.Headers) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, section 10.2.3); None if there is none."""
    stated = str(headers.get("retry-after", "")).strip()
    if stated.isascii() and stated.isdigit():
        return float(stated)
    try:
        moment = parsedate_to_datetime(stated)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _timeout_words(error: httpx.TimeoutException, limits: Limits) -> str:
    if isinstance(error, httpx.ConnectTimeout):
        return f"no connection within {limits.connect:g} seconds"
    return f"the server sent nothing for {limits.read:g} seconds"
