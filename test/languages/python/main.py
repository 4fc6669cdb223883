"""Fails in every way of the register, tells of it as services do, and says ordinary things in between."""

import logging

import structlog
from opentelemetry import trace

import idioms  # noqa: F401
import libraries  # noqa: F401
import standard  # noqa: F401
import telemetry
from cases import CASES, Case

log = logging.getLogger("orders")
lines = structlog.wrap_logger(
    log,
    processors=[structlog.stdlib.add_log_level, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()],
)


def handle(case: Case) -> None:
    try:
        case.fail()
    except BaseException as error:
        match case.report:
            case "exception" | "leaves":
                log.exception("cannot %s", case.fail.__name__.replace("_", " "), extra={"attempt": 1})
            case "warning":
                log.warning("will try again", exc_info=True)
            case "text":
                log.error("cannot reach billing: %s", error)
            case "json":
                lines.error("mail was not sent", exc_info=True)
            case "span":
                trace.get_current_span().record_exception(error)
        if case.report == "leaves":
            raise


def main() -> None:
    stop = telemetry.start()
    tracer = trace.get_tracer("orders")
    with tracer.start_as_current_span("ordinary"):
        log.debug("cache is warm")
        log.info("order 7 placed, error budget is fine")
        log.warning("price list is 3 days old")
    for case in CASES:
        try:
            with tracer.start_as_current_span(case.name):
                handle(case)
        except OSError:
            log.info("%s left its span", case.name)
    stop()


main()
