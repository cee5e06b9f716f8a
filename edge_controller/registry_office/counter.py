"""The counter: looking up, handing in and reading the verdict, as pages that need no script."""

import re
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message

from edge_controller.errors import InputError
from edge_controller.registration import record
from edge_controller.registration.plate import tidy_plate
from edge_controller.registration.vin import vin_problem
from edge_controller.registry_office.api import unusable
from edge_controller.registry_office.bodies import TooLargeError, body_within
from edge_controller.registry_office.desk import Desk, Refusal, Taken, take_record, too_large
from edge_controller.registry_office.judgement import Judgement, Terms, current, judge
from edge_controller.registry_office.lookup import Found, find
from edge_controller.registry_office.pages import Face, render, style_sheet
from edge_controller.registry_office.pages.sides import flat, rows_of, sides_of
from edge_controller.registry_office.store import KeptRecord
from edge_controller.registry_office.verdict import WORST_FIRST, record_view

FORM_OVERHEAD = 16 * 1024  # what multipart adds around the file
SEE_OTHER, CONFLICT, UNUSABLE, UNAVAILABLE = 303, 409, 422, 503


def counter_routes(desk: Desk) -> list[Route]:
    """The pages, the file behind a record, the style sheet."""
    counter = Counter(desk)

    async def upload(request: Request) -> Response:
        return await counter.upload(request)

    return [
        Route("/", counter.start, methods=["GET"]),
        Route("/V/{code:path}", counter.scanned, methods=["GET"]),
        Route("/v/{code:path}", counter.scanned, methods=["GET"]),
        Route("/records", upload, methods=["POST"]),
        Route("/records/{sha256}", counter.record, methods=["GET"]),
        Route("/records/{sha256}/document", counter.document, methods=["GET"]),
        Route("/office.css", _style, methods=["GET"]),
    ]


class Counter:
    """The pages of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def start(self, request: Request) -> Response:
        """The start page, or what `?q=` finds."""
        typed = request.query_params.get("q", "")
        if typed.strip():
            return self._looked_up(request, typed)
        return self._page(request, "home.html.j2", 200, counts=self._desk.store.counts())

    def scanned(self, request: Request) -> Response:
        """What the address in a QR code leads to when a camera opens it."""
        return self._looked_up(request, f"HTTPS://OFFICE/V/{request.path_params['code']}")

    def record(self, request: Request) -> Response:
        """The verdict on one record; `?vin=` is the truck here."""
        kept = self._desk.store.record(request.path_params["sha256"])
        if kept is None:
            raise HTTPException(404)
        notice = request.query_params.get("notice")
        said = self.face(request).t(f"notice_{notice}") if notice in ("new", "duplicate") else ""
        return self._verdict(request, kept, notice=said, vin_seen=self._vin_seen(request))

    def document(self, request: Request) -> Response:
        """The signed bytes as they came."""
        kept = self._desk.store.record(request.path_params["sha256"])
        if kept is None:
            raise HTTPException(404)
        headers = {"content-disposition": f'attachment; filename="record-{kept.number}.cose"'}
        return Response(kept.content, media_type=record.INSTALLER_TYP, headers=headers)

    async def upload(self, request: Request) -> Response:
        """Take a file handed in; no signature of a sender, the officer stands here."""
        if _is_foreign(request):
            return self.message(request, 403, "cannot", self.face(request).t("foreign_form"))
        try:
            content, vin = await _form(request)
        except TooLargeError as error:
            return self._refused(request, too_large(_file_in(error.begun)), "")
        except HTTPException:  # what Starlette makes of a form that is none
            return self.message(request, 400, "cannot", self.face(request).t("no_form"))
        if content is None:
            return self.message(request, 400, "cannot", self.face(request).t("no_file"), vin=vin)
        return await run_in_threadpool(self._handed_in, request, content, tidy_plate(vin))

    def message(self, request: Request, status: int, heading: str, sentence: str, **more: str) -> Response:
        """A page that says one sentence."""
        values = {"typed": "", "vin": "", "record_link": "", **more}
        heading = self.face(request).t(heading)
        return self._page(request, "message.html.j2", status, heading=heading, sentence=sentence, **values)

    def face(self, request: Request) -> Face:
        """How this visitor sees the pages."""
        return Face.of(request.query_params, self._desk.zone)

    def _handed_in(self, request: Request, content: bytes, vin: str) -> Response:
        result = take_record(self._desk, content, None)
        if isinstance(result, Refusal):
            return self._refused(request, result, vin)
        assert result.record is not None
        path, own = f"/records/{result.receipt.sha256}", result.record.vehicle.vin
        if vin and vin != own:
            return self._other_truck(request, result, own, vin)
        return RedirectResponse(
            self.face(request).link(path, vin=vin, notice=result.receipt.state), SEE_OTHER
        )

    def _other_truck(self, request: Request, taken: Taken, own: str, vin: str) -> Response:
        """The record is kept, but the VIN typed beside it is another one, or none at all."""
        face, problem = self.face(request), vin_problem(vin)
        if problem:
            sentence = face.t("vin_typed", problem=face.say(problem))
            link = face.link(f"/records/{taken.receipt.sha256}")
            return self.message(request, UNUSABLE, "cannot", sentence, record_link=link)
        kept = self._desk.store.record(taken.receipt.sha256)
        assert kept is not None
        said = face.t("other_truck", vin=own, seen=vin)
        return self._verdict(request, kept, notice=said, vin_seen=vin, status=CONFLICT)

    def _refused(self, request: Request, refusal: Refusal, vin: str) -> Response:
        return self.message(
            request, refusal.status, "cannot", self.face(request).say(refusal.problem), vin=vin
        )

    def _vin_seen(self, request: Request) -> str | None:
        vin = tidy_plate(request.query_params.get("vin", ""))
        problem = vin_problem(vin)
        return None if problem and problem.code == "vin_form" else vin

    def _looked_up(self, request: Request, typed: str) -> Response:
        try:
            terms = self._desk.terms()
            found = find(self._desk.store, typed, terms)
        except InputError as error:
            return self._unusable(request, error)
        if found.problem:
            return self._nothing(request, typed, found)
        if len(found.records) == 1:
            return self._verdict(request, found.records[0])
        judgements = [judge(self._desk.store, kept, terms) for kept in found.records]
        return self._page(request, "several.html.j2", 200, judgements=judgements)

    def _nothing(self, request: Request, typed: str, found: Found) -> Response:
        assert found.problem is not None
        heading = "nothing_found" if found.status == 404 else "cannot"
        sentence = self.face(request).say(found.problem)
        # A mistyped VIN is mended in place; a scanner would only add to what is there.
        again = typed if found.problem.code in ("vin_form", "vin_check_digit") else ""
        return self.message(request, found.status, heading, sentence, typed=again, vin=found.vin or "")

    def _verdict(
        self,
        request: Request,
        kept: KeptRecord,
        *,
        notice: str = "",
        vin_seen: str | None = None,
        status: int = 200,
    ) -> Response:
        try:
            terms = self._desk.terms()
            judgement = judge(self._desk.store, kept, terms, vin_seen)
        except InputError as error:
            return self._unusable(request, error)
        values = self._shown(request, judgement, terms, vin_seen)
        return self._page(request, "verdict.html.j2", status, notice=notice, **values)

    def _shown(
        self, request: Request, judgement: Judgement, terms: Terms, vin_seen: str | None
    ) -> dict[str, Any]:
        now_counts = current(self._desk.store, judgement.record.vehicle.vin, terms)
        return {
            "judgement": judgement,
            "reasons": sorted(judgement.reasons, key=lambda one: WORST_FIRST.index(one.leads_to)),
            "sides": sides_of(judgement, vin_seen),
            "rows": rows_of(judgement, vin_seen, self.face(request)),
            "fields": list(flat(record_view(judgement.record))),
            "counts_now": now_counts.sha256 if now_counts else None,
        }

    def _unusable(self, request: Request, error: InputError) -> Response:
        sentence = self.face(request).say(unusable(error))
        return self.message(request, UNAVAILABLE, "cannot", sentence)

    def _page(self, request: Request, template: str, status: int, **values: Any) -> HTMLResponse:
        query = {key: value for key, value in request.query_params.items() if key not in ("lang", "size")}
        # A page that answers a form has no address of its own to show in the other language.
        path = request.url.path if request.method == "GET" else "/"
        page = render(
            template,
            self.face(request),
            path=path,
            query=query if request.method == "GET" else {},
            office_name=self._office_name(),
            demo=self._desk.demo,
            now_s=self._desk.now(),
            **values,
        )
        return HTMLResponse(page, status)

    def _office_name(self) -> str:
        try:
            return self._desk.trust.now().office.name
        except InputError:
            return ""


async def _form(request: Request) -> tuple[bytes | None, str]:
    """The file, None where none was chosen, and the VIN typed beside it."""
    body = await body_within(request, record.MAX_BYTES + FORM_OVERHEAD, drain=True)

    async def again() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async with Request(request.scope, again).form(max_files=1, max_fields=8) as form:
        file, vin = form.get("record"), form.get("vin", "")
        content = await file.read() if isinstance(file, UploadFile) and file.filename else None
        return content, vin if isinstance(vin, str) else ""


def _file_in(form: bytes) -> bytes:
    """How the file in a form that was cut off begins: a photo is named as one however large it is."""
    found = re.search(rb'name="record"[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n(.{16})', form, re.DOTALL)
    return found[1] if found else b""


def _is_foreign(request: Request) -> bool:
    """Whether a page of another site sent the form; browsers too old to say so pass."""
    origin = request.headers.get("origin")
    try:
        return origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    except ValueError:  # brackets that do not close
        return True


def _style(_: Request) -> Response:
    return Response(style_sheet(), media_type="text/css", headers={"cache-control": "max-age=3600"})
