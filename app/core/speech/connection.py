"""Requests to one service with a secret key: limited, patient, and without a word of the key.

The key goes to the configured address alone: redirections are not followed, and a ``.netrc`` of
the person cannot replace it.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from app.core.base.errors import UserError
from app.core.jobs.context import JobContext
from app.core.speech.transcriber import KeyRefused

Json: TypeAlias = dict[str, Any]
Body: TypeAlias = Callable[[], IO[bytes]]

_QUICK = (10.0, 30.0)
UPLOAD_TIMEOUT = (30.0, 300.0)
"""Seconds to connect, which also bounds each write, and to wait for the answer while the service stores the file."""
_LARGEST_ANSWER = 256 * 1024 * 1024
_PIECE = 64 * 1024
_UNAUTHORISED, _TOO_MANY = 401, 429
_TROUBLE = frozenset({_TOO_MANY, 500, 502, 503, 504})
_FIRST_WAIT, _LONGEST_WAIT, _LONGEST_ORDERED = 0.5, 8.0, 60.0
_SLICE = 0.1


class Broken(Exception):  # noqa: N818 - what happened to the request
    """No whole answer came: nobody knows whether the service did what was asked."""

    def __init__(self, *, untrusted: bool = False) -> None:
        super().__init__("no whole answer")
        self.untrusted = untrusted


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its JSON object where it was one, and how long the service asks us to wait."""

    status: int
    document: Json = field(default_factory=dict, repr=False)
    text: str = ""
    wait: float | None = None

    @property
    def trouble(self) -> bool:
        """Whether the same request may do better later."""
        return self.status in _TROUBLE

    @property
    def message(self) -> str:
        """What the service says is wrong, in its words."""
        said = self.document.get("error")
        return (said if isinstance(said, str) and said else self.text)[:300] or f"status {self.status}"


@dataclass(frozen=True, slots=True)
class Service:
    """Whom we speak to: its name for people, its address without ``/v2``, the name of the setting of each."""

    name: str
    address: str
    address_setting: str
    key_setting: str

    @classmethod
    def checked(cls, name: str, address: str, address_setting: str, key_setting: str) -> Service:
        """A service whose address is one; a ``/v2`` at its end is tolerated.

        Raises:
            UserError: it is no address.
        """
        plain = address.strip().rstrip("/").removesuffix("/v2").rstrip("/")
        try:
            parts = urlsplit(plain)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port)
        except ValueError:
            usable, parts = False, urlsplit("")
        if not usable or parts.username is not None or parts.query or parts.fragment or not plain.isprintable():
            raise UserError(address_setting, "it is no address of a service", "write for example https://HOST")
        return cls(name, plain, address_setting, key_setting)

    @property
    def host(self) -> str:
        """The host, for people."""
        return urlsplit(self.address).netloc


class Connection:
    """Speaks to one service. Used from one thread; ``close`` gives the sockets back."""

    def __init__(
        self, service: Service, key: str, *, pause: Callable[[float], None] = time.sleep, chance: bool = True
    ) -> None:
        """``pause`` sleeps for seconds; ``chance`` scatters the waits so that many programs do not come at once."""
        self.service = service
        self._pause = pause
        self._chance = chance
        self._session = requests.Session()
        self._session.auth = _Key(key, service.address + "/")

    def close(self) -> None:
        """Give the sockets back."""
        self._session.close()

    def once(
        self,
        method: str,
        path: str,
        context: JobContext,
        *,
        params: Mapping[str, str] | None = None,
        document: Json | None = None,
        body: Body | None = None,
    ) -> Reply:
        """One request and its answer, whatever that says.

        Raises:
            Broken: no whole answer came.
            Cancelled: ``context`` was cancelled.
        """
        context.check()
        try:
            if body is None:
                return self._ask(method, path, context, timeout=_QUICK, params=params, json=document)
            with closing(body()) as data:
                headers = {"Content-Type": "application/octet-stream"}
                return self._ask(method, path, context, timeout=UPLOAD_TIMEOUT, data=data, headers=headers)
        except requests.RequestException as error:
            # Its text may hold the request with all its headers.
            raise Broken(untrusted=isinstance(error, requests.exceptions.SSLError)) from None

    def ask(
        self,
        name: str,
        method: str,
        path: str,
        context: JobContext,
        *,
        tries: int = 5,
        params: Mapping[str, str] | None = None,
        body: Body | None = None,
    ) -> Reply:
        """A request that may be repeated, until a try brings an answer; ``name`` is the medium, for messages.

        Raises:
            UserError: no try brought one.
            Cancelled: ``context`` was cancelled.
        """
        trouble: Reply | Broken = Broken()
        for number in range(tries):
            try:
                reply = self.once(method, path, context, params=params, body=body)
            except Broken as broken:
                trouble = broken
            else:
                if not reply.trouble:
                    return reply
                trouble = reply
            if number + 1 < tries:
                self.wait_after(trouble, number, context)
        raise self.problem(name, trouble)

    def wait_after(self, trouble: Reply | Broken, number: int, context: JobContext) -> None:
        """Wait before the try after try ``number`` (from 0), as long as the service asks or longer each time."""
        ordered = trouble.wait if isinstance(trouble, Reply) else None
        usual = min(_FIRST_WAIT * 2**number, _LONGEST_WAIT)
        self.wait(min(ordered, _LONGEST_ORDERED) if ordered is not None else usual * self._scatter(), context)

    def wait(self, seconds: float, context: JobContext) -> None:
        """Let time pass.

        Raises:
            Cancelled: ``context`` was cancelled; noticed within a tenth of a second.
        """
        while seconds > 0:
            context.check()
            self._pause(min(_SLICE, seconds))
            seconds -= _SLICE
        context.check()

    def problem(self, name: str, trouble: Reply | Broken) -> UserError:
        """What an answer that does not help means for the person."""
        service = self.service
        if isinstance(trouble, Broken):
            if trouble.untrusted:
                why = f"the certificate of {service.name} at {service.host} is not to be trusted"
                return UserError(name, why, f"check the clock, the network and {service.address_setting}")
            why = f"{service.name} at {service.host} cannot be reached"
            return UserError(name, why, "check the network connection, then try again: nothing is sent twice")
        known = _meanings(service).get(trouble.status)
        if known is not None:
            kind = KeyRefused if trouble.status == _UNAUTHORISED else UserError
            return kind(name, *known)
        if trouble.status >= 500:
            why = f"{service.name} has a fault of its own (status {trouble.status})"
            return UserError(name, why, "try again later: nothing is sent twice")
        if "balance" in trouble.message:
            return UserError(name, f"the account at {service.name} has no money left", "top it up, then try again")
        if trouble.status < 400:
            why = f"{service.host} answers with status {trouble.status}, not as {service.name} does"
            return UserError(name, why, f"check {service.address_setting}")
        return UserError(name, f"{service.name} refuses it: {trouble.message}", "change what it names and try again")

    def _scatter(self) -> float:
        return random.uniform(0.75, 1.25) if self._chance else 1.0  # noqa: S311 - no secret

    def _ask(self, method: str, path: str, context: JobContext, **rest: Any) -> Reply:
        url = self.service.address + path
        answer = self._session.request(method, url, allow_redirects=False, stream=True, **rest)
        with closing(answer):
            return _reply(answer, context)


class _Key(AuthBase):
    """Puts the key on requests to one place. Being an ``auth``, it keeps ``.netrc`` out."""

    def __init__(self, key: str, place: str) -> None:
        self._key = key
        self._place = place

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if request.url is not None and request.url.startswith(self._place):
            request.headers["Authorization"] = self._key
        return request


def _reply(answer: requests.Response, context: JobContext) -> Reply:
    content = b"".join(_pieces(answer, context))
    document: object = None
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        if answer.status_code == requests.codes.ok:
            raise Broken from None
    wait = answer.headers.get("Retry-After", "")
    return Reply(
        answer.status_code,
        document if isinstance(document, dict) else {},
        content[:1000].decode("utf-8", "replace") if "html" not in answer.headers.get("Content-Type", "") else "",
        float(wait) if wait.isdecimal() else None,
    )


def _pieces(answer: requests.Response, context: JobContext) -> Iterator[bytes]:
    size = 0
    for piece in answer.iter_content(_PIECE):
        context.check()
        size += len(piece)
        if size > _LARGEST_ANSWER:
            raise Broken
        yield piece


def _meanings(service: Service) -> dict[int, tuple[str, str]]:
    wrong_place = f"there is no {service.name} at {service.host}"
    too_many = f"{service.name} gets too many requests from this account"
    return {
        _UNAUTHORISED: (f"{service.name} refuses the key", f"check {service.key_setting}"),
        404: (wrong_place, f"check {service.address_setting}"),
        413: (f"it is too large for {service.name}", "cut it into parts"),
        _TOO_MANY: (too_many, "wait some minutes, then try again: nothing is sent twice"),
    }
