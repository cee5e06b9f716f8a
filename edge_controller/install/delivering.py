"""The last step: the signed record into the unit's spool, and to the office where one is named."""

from collections.abc import Callable

from edge_controller.install.signing import signed_record, unit_folder
from edge_controller.install.text import Text
from edge_controller.install.wizard import Fitting, Found, Row
from edge_controller.registration.delivery import deliver, http_post
from edge_controller.registration.spool import Spool


def deliver_step(fitting: Fitting, _please: Callable[[Text], None]) -> Found:
    """The fitting itself is done whatever the office says: what it has not confirmed waits in the spool."""
    unit = unit_folder(fitting)
    _append_once(unit.spool, signed_record(fitting))
    if fitting.office is None:
        waiting = len(unit.spool.waiting())
        shown = Row(
            Text("未指定登记机构", "no office named"),
            f"{waiting}份待提交，保存在设备中 waiting in the unit",
        )
        return Found((shown,), {"delivered": 0, "waiting": waiting, "problem": None})
    came = deliver(unit.spool, fitting.office, fitting.now_s, http_post)
    rows = [
        Row(
            Text("登记机构已收", "received by the office"),
            f"{came.received}; {came.waiting} 份待提交 waiting",
        )
    ]
    problem = None
    if came.problem is not None:
        problem = {"code": came.problem.code, "text": came.problem.text, "text_zh": came.problem.text_zh}
        rows.append(Row(Text("原因", "why"), f"{came.problem.text_zh} {came.problem.text}"))
        rows.append(
            Row(
                Text("记录已保存", "kept"),
                "以后再次运行同一命令即可提交。Run the same command again to deliver.",
            )
        )
    return Found(tuple(rows), {"delivered": came.received, "waiting": came.waiting, "problem": problem})


def _append_once(spool: Spool, document: bytes) -> None:
    if not any(spool.read(number) == document for number in spool.numbers()):
        spool.append(document)
