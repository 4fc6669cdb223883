"""The register of what fails. A case is a function that raises, and how a service tells of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Report = Literal["exception", "warning", "text", "json", "span", "leaves"]


@dataclass(frozen=True)
class Case:
    #: Name of its root span, by which tests find what became of it.
    name: str
    fail: Callable[[], object]
    #: exception: log.exception; warning: log.warning with exc_info; text: the error formatted into the message;
    #: json: a JSON line of structlog; span: record_exception alone; leaves: logged, and then out of the span.
    report: Report


CASES: list[Case] = []


def case(name: str, report: Report = "exception"):
    def register(fail):
        CASES.append(Case(name, fail, report))
        return fail

    return register
