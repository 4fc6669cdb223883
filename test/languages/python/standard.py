"""Errors of the standard library. All fail on this machine alone: refused loopback ports, files that are not there."""

import asyncio
import http.server
import json
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from datetime import date

from cases import case

#: The discard port: nothing listens there.
REFUSED = ("127.0.0.1", 9)


@case("socket-refused")
def reach_stock():
    socket.create_connection(REFUSED)


@case("file-missing")
def read_settings():
    return open("/srv/orders/settings.json", encoding="utf-8")


@case("file-missing-again")
def read_prices():
    return open("/srv/orders/prices.csv", encoding="utf-8")


@case("file-is-directory")
def append_report():
    return open("/tmp", "a", encoding="utf-8")


@case("host-unknown")
def resolve_payments():
    # Bytes skip the idna codec; the resolver refuses an empty label without asking a server.
    socket.getaddrinfo(b"payments..shop.invalid", 443)


@case("json-broken")
def parse_cart():
    return json.loads('{"items": [1, 2')


@case("key-missing")
def total_of():
    return {"id": 7}["total"]


@case("none-attribute")
def name_of():
    customer = None
    return customer.name


@case("number-parse")
def parse_quantity():
    return int("a dozen")


@case("division")
def average_price():
    return 10 / 0


@case("text-encoding")
def read_name():
    return b"caf\xe9".decode("utf-8")


@case("date-parse")
def parse_day():
    return date.fromisoformat("2026-13-45")


@case("module-missing")
def load_plugin():
    import orders_plugin_that_nobody_installed  # noqa: F401


@case("sqlite-unique")
def insert_twice():
    orders = sqlite3.connect(":memory:")
    orders.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")
    orders.execute("INSERT INTO orders VALUES (7)")
    orders.execute("INSERT INTO orders VALUES (7)")


@case("subprocess-timeout")
def run_converter():
    subprocess.run([sys.executable, "-c", "import time; time.sleep(30)"], timeout=0.2)


@case("subprocess-failed")
def run_checker():
    subprocess.run([sys.executable, "-c", "raise SystemExit(3)"], check=True)


@case("asyncio-timeout")
def wait_for_answer():
    async def answer():
        await asyncio.wait_for(asyncio.sleep(30), timeout=0.05)

    asyncio.run(answer())


@case("tls-to-plain-port")
def fetch_over_tls():
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    threading.Thread(target=server.handle_request, daemon=True).start()
    with socket.create_connection(server.server_address) as plain:
        ssl.create_default_context().wrap_socket(plain, server_hostname="localhost")
