"""The ways in which Python programs chain, group and report errors."""

import asyncio
import socket

from cases import case
from standard import REFUSED


@case("during-handling")
def quantity_of():
    order = {"id": 7, "amount": "a dozen"}
    try:
        return order["quantity"]
    except KeyError:
        return int(order["amount"])


class PricesUnavailable(RuntimeError):
    pass


@case("direct-cause")
def load_prices():
    try:
        socket.create_connection(REFUSED)
    except OSError as error:
        raise PricesUnavailable("prices cannot be loaded") from error


async def import_all():
    async def stock():
        socket.create_connection(REFUSED)

    async def prices():
        raise KeyError("price")

    async with asyncio.TaskGroup() as group:
        group.create_task(stock())
        group.create_task(prices())


@case("exception-group")
def import_catalog():
    asyncio.run(import_all())


@case("plain-text", "text")
def reach_billing():
    socket.create_connection(REFUSED)


@case("warning", "warning")
def reach_cache():
    socket.create_connection(REFUSED)


@case("json-line", "json")
def reach_mail():
    socket.create_connection(REFUSED)


@case("span-only", "span")
def reach_search():
    socket.create_connection(REFUSED)


@case("log-and-span", "leaves")
def find_template():
    return open("/srv/orders/invoice.html", encoding="utf-8")
