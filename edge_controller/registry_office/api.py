"""`/v1`: what units and other systems say to the office and ask it. docs/reference/office-api.md."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from edge_controller.errors import InputError
from edge_controller.registration import health, record, webhook
from edge_controller.registration.problem import Problem
from edge_controller.registration.times import utc_text
from edge_controller.registration.vin import vin_problem
from edge_controller.registry_office.alive import WORD_ZH
from edge_controller.registry_office.bodies import TooLargeError, body_within
from edge_controller.registry_office.desk import Desk, Refusal, Taken, take_record, take_report
from edge_controller.registry_office.hooks import delivery_problem
from edge_controller.registry_office.judgement import Judged, Judgement, current, judge
from edge_controller.registry_office.rules import RULES_VERSION
from edge_controller.registry_office.store import KeptReport
from edge_controller.registry_office.verdict import record_view


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document that may be delivered."""

    prefix: str  # of webhook-id
    typ: str
    limit: int  # bytes
    take: Callable[[Desk, bytes, str | None], Taken | Refusal]


RECORD = Kind("rec", record.INSTALLER_TYP, record.MAX_BYTES, take_record)
HEALTH = Kind("hea", health.TYP, health.MAX_BYTES, take_report)


def problem_response(status: int, problem: Problem) -> Response:
    """RFC 9457, with the sentence in both languages."""
    content = {
        "type": f"tag:nearside,2026:problem:{problem.code}",
        "title": problem.text,
        "title_zh": problem.text_zh,
        "status": status,
    }
    return JSONResponse(content, status, media_type="application/problem+json")


def api_routes(desk: Desk) -> list[Route]:
    """Three addresses."""

    async def post_record(request: Request) -> Response:
        return await _received(desk, request, RECORD)

    async def post_health(request: Request) -> Response:
        return await _received(desk, request, HEALTH)

    async def get_verdict(request: Request) -> Response:
        return await run_in_threadpool(_verdict, desk, request.query_params.get("vin", ""))

    return [
        Route("/v1/records", post_record, methods=["POST"]),
        Route("/v1/health", post_health, methods=["POST"]),
        Route("/v1/verdict", get_verdict, methods=["GET"]),
    ]


async def _received(desk: Desk, request: Request, kind: Kind) -> Response:
    try:
        body = await body_within(request, kind.limit)
    except TooLargeError:
        text, text_zh = f"The body is longer than {kind.limit} bytes.", f"内容超过{kind.limit}字节。"
        return problem_response(413, Problem("too_large", text, text_zh))
    return await run_in_threadpool(_answer, desk, request, body, kind)


def _answer(desk: Desk, request: Request, body: bytes, kind: Kind) -> Response:
    try:
        problem = delivery_problem(desk.senders.now(), request.headers, body, desk.now())
        if problem:
            return problem_response(401, problem)
        refused = _form_problem(request, body, kind)
        result = refused or kind.take(desk, body, request.headers[webhook.SENDER])
    except InputError as error:
        return problem_response(503, unusable(error))
    if isinstance(result, Refusal):
        return problem_response(result.status, result.problem)
    receipt = result.receipt
    duplicate = receipt.state == "duplicate"
    said = {
        "received": True,
        "duplicate": duplicate,
        "number": receipt.number,
        "sha256": receipt.sha256,
    }
    return JSONResponse(said, 200 if duplicate else 201)


def _form_problem(request: Request, body: bytes, kind: Kind) -> Refusal | None:
    if request.headers.get("content-type") != kind.typ:
        return Refusal(
            415,
            Problem("content_type", f"The content type must be {kind.typ}.", f"内容类型必须是{kind.typ}。"),
        )
    due = f"{kind.prefix}_{hashlib.sha256(body).hexdigest()}"
    if request.headers.get(webhook.ID) != due:
        return Refusal(
            400,
            Problem(
                "webhook_id",
                f"{webhook.ID} must be {kind.prefix}_ and the SHA-256 of the body.",
                f"{webhook.ID}必须是{kind.prefix}_加内容的SHA-256。",
            ),
        )
    return None


def unusable(error: InputError) -> Problem:
    """The office's own files are in disorder; the keeper reads which."""
    return Problem(
        "office_unusable",
        f"The office cannot judge now: {error}.",
        f"本机构的信任文件目前无法使用（{error}）。",
    )


def _verdict(desk: Desk, vin: str) -> Response:
    problem = vin_problem(vin)
    if problem and problem.code == "vin_form":
        return problem_response(
            400, Problem("vin_form", f"?vin=: {problem.text}.", f"?vin=：{problem.text_zh}。")
        )
    try:
        terms = desk.terms()
        kept = current(desk.store, vin, terms)
        if kept is None:
            text, text_zh = f"This office holds no record for VIN {vin}.", f"本机构没有VIN {vin}的安装记录。"
            return problem_response(404, Problem("no_record", text, text_zh))
        return JSONResponse(judgement_view(judge(desk.store, kept, terms)))
    except InputError as error:
        return problem_response(503, unusable(error))


def judgement_view(judgement: Judgement) -> dict[str, Any]:
    """A verdict for machines: hashes in hex, times in UTC."""
    kept, verdict, life = judgement.judged.kept, judgement.judged.verdict, judgement.life
    return {
        "verdict": judgement.word,
        "verdict_zh": WORD_ZH[judgement.word],
        "document_verdict": verdict.word,
        "rules_version": RULES_VERSION,
        "judged_at": utc_text(life.now_s),
        "alive_days": life.alive_days,
        "reasons": [
            {"code": one.code, "leads_to": one.leads_to, "text": one.text, "text_zh": one.text_zh}
            for one in judgement.reasons
        ],
        "last_report": _report_view(life.newest) if life.newest else None,
        "record_sha256": kept.sha256,
        "record_number": kept.number,
        "received_at": utc_text(kept.received_at_s),
        "record": record_view(judgement.record),
        "history": [_history_view(one) for one in judgement.history],
    }


def _report_view(report: KeptReport) -> dict[str, Any]:
    return {
        "serial": report.serial,
        "boot": report.boot,
        "seq": report.seq,
        "received_at": utc_text(report.received_at_s),
        "vin_on_can": report.vin_on_can,
        "broken": list(report.broken_parts()),
        "firmware_sha256": report.firmware_sha256,
    }


def _history_view(one: Judged) -> dict[str, Any]:
    return {
        "record_sha256": one.kept.sha256,
        "record_number": one.kept.number,
        "received_at": utc_text(one.kept.received_at_s),
        "installed_at": utc_text(one.record.installed_at_s),
        "unit": one.record.unit.serial,
        "document_verdict": one.verdict.word,
    }
