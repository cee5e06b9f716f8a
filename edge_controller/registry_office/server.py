"""The office as one ASGI application, and the socket it listens on."""

import logging
import socket
from contextlib import suppress

import uvicorn
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from edge_controller.errors import InputError
from edge_controller.registration.problem import Problem
from edge_controller.registry_office.api import api_routes, problem_response
from edge_controller.registry_office.counter import Counter, counter_routes
from edge_controller.registry_office.desk import Desk
from edge_controller.registry_office.pages.words import WORDS

HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        b"base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),  # browsers older than frame-ancestors
    (b"referrer-policy", b"same-origin"),  # addresses hold VINs; with no-referrer a form loses its origin
)
NO_STORE = (b"cache-control", b"no-store")
SAID = {404: "nothing_here", 405: "method"}
BACKLOG = 128


class SecurityHeaders:
    """On every answer, also on the one that says that we failed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", []))
                cached = any(name == b"cache-control" for name, _ in given)
                message["headers"] = [*given, *HEADERS, *(() if cached else (NO_STORE,))]
            await send(message)

        await self._app(scope, receive, with_headers)


def build_app(desk: Desk) -> ASGIApp:
    """Pages and API of one office."""
    counter = Counter(desk)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _said(counter, request, error.status_code, SAID.get(error.status_code, "cannot"))

    def failed(request: Request, _: Exception) -> Response:
        return _said(counter, request, 500, "broken")

    def no_database(request: Request, error: Exception) -> Response:
        """Locked, full, write-protected: one line for the keeper, who can mend it."""
        assert isinstance(error, DBAPIError)
        logging.getLogger("uvicorn.error").error("the database cannot be used: %s", error.orig)
        return _said(counter, request, 503, "no_database")

    app = Starlette(
        routes=[*api_routes(desk), *counter_routes(desk)],
        exception_handlers={HTTPException: refused, DBAPIError: no_database, Exception: failed},
    )
    return SecurityHeaders(app)


def _said(counter: Counter, request: Request, status: int, key: str) -> Response:
    text_zh, text = WORDS[key]
    if request.url.path.startswith("/v1/"):
        return problem_response(status, Problem(key, text, text_zh))
    return counter.message(request, status, "cannot", counter.face(request).t(key))


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; InputError where there can be none."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no name server is asked for
        cause = error.strerror if isinstance(error, OSError) else "not a host name"
        raise InputError(f"--host {host}: no address of this machine ({cause})") from error
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        raise InputError(f"--host {host} --port {port}: cannot listen there ({error.strerror})") from error
    return found


def server_of(app: ASGIApp) -> uvicorn.Server:
    """The web server that answers for `app`; it does not tell its own name."""
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
    return uvicorn.Server(config)


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Answer requests until interrupted."""
    with suppress(KeyboardInterrupt):  # the way an office closes, no failure
        server_of(app).run(sockets=[listening])
