"""The rows in which the storage account is at fault: the table of the limits, or the queue of the leash."""

from __future__ import annotations

from tests.faults.causes import (
    A_PAGE,
    BUSY,
    CUT_SHORT,
    FAILED,
    FORBIDDEN,
    GARBAGE,
    NOT_THERE,
    TABLES_FAIL_MIDWAY,
    UNAUTHORIZED,
    Cause,
    queue,
    races_lost,
    tables,
)
from tests.faults.row import NEXT, Row, Section

CALL_SECONDS = 300
GRACE_SECONDS = 120


def _down(fault: str, cause: Cause, *, hung_up: bool = False, then: str = NEXT, wait: float = 0.0) -> Row:
    return Row(fault, cause, 503, "storage_unavailable", None, 5, hung_up=hung_up, then=then, wait=wait)


TABLES = Section(
    "The table of the limits",
    "`POST /api/session`. While the limits cannot be checked nobody may start a call.",
    "session",
    (
        _down("connection refused", tables("refuses", "nobody listens on its port")),
        _down("slow", tables("never answers", "it accepts and never answers")),
        _down("connection cut", tables("hangs up", "each connection is closed after the request")),
        _down("401", tables(UNAUTHORIZED, "everything is answered so")),
        _down("403", tables(FORBIDDEN, "everything is answered so")),
        _down("404 of something in between", tables(NOT_THERE, "everything is answered with a page of HTML")),
        _down("500", tables(FAILED, "everything is answered so")),
        _down("503, an hour's wait", tables(BUSY, "everything is answered so, Retry-After 3600")),
        _down("garbage", tables(GARBAGE, "everything is answered with something that is not HTTP")),
        _down("wrong content type", tables(A_PAGE, "everything is answered 200 with a page of HTML")),
        _down("cut in the middle of the body", tables(CUT_SHORT, "everything is answered 200 with less than promised")),
        Row("somebody else was faster", races_lost(3), 200, warm=True),
        _down("somebody else is always faster", races_lost(10**6)),
    ),
)

RELAY_TABLES = Section(
    "The table, in the middle of a call's start",
    "`POST /api/call`. The call exists at Azure OpenAI when its id cannot be noted, so it is hung up again.",
    "call",
    (
        _down("connection refused", tables("refuses", "nobody listens on its port")),
        _down(
            "connection refused, once the place is taken",
            TABLES_FAIL_MIDWAY,
            hung_up=True,
            then="nobody could note that the place is free, so it counts until the call's time would have been up, and "
            "two minutes; after that the next request succeeds",
            wait=CALL_SECONDS + GRACE_SECONDS + 1.0,
        ),
    ),
)

QUEUE = Section(
    "The queue of the leash",
    "`POST /api/call`. Without its message nothing would end the call, so it is hung up again and its place given "
    "back.",
    "call",
    (
        _down("connection refused", queue("refuses", "nobody listens on its port"), hung_up=True),
        _down("slow", queue("never answers", "it accepts and never answers"), hung_up=True),
        _down("connection cut", queue("hangs up", "each connection is closed after the request"), hung_up=True),
        _down("403", queue(FORBIDDEN, "everything is answered so"), hung_up=True),
        _down(
            "404 of something in between", queue(NOT_THERE, "everything is answered with a page of HTML"), hung_up=True
        ),
        _down("500", queue(FAILED, "everything is answered so"), hung_up=True),
        _down("503, an hour's wait", queue(BUSY, "everything is answered so, Retry-After 3600"), hung_up=True),
        _down("garbage", queue(GARBAGE, "everything is answered with something that is not HTTP"), hung_up=True),
    ),
)

SECTIONS = (TABLES, RELAY_TABLES, QUEUE)
