"""Errors of third-party libraries, again without any service outside of this process."""

import asyncio
import http.server
import threading

import httpx
import jsonschema
import psycopg
import pydantic
import pymysql
import redis
import requests
import sqlalchemy
import yaml

from cases import case


class Stock(http.server.BaseHTTPRequestHandler):
    """Answers 503, or never."""

    def do_GET(self):
        if self.path == "/slow":
            threading.Event().wait(2)
        self.send_response(503)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


def stock(path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stock)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}{path}"


@case("requests-refused")
def ask_prices():
    requests.get("http://127.0.0.1:9/prices", timeout=2)


@case("requests-503")
def ask_stock():
    requests.get(stock("/items/7"), timeout=2).raise_for_status()


@case("requests-timeout")
def ask_slow_stock():
    requests.get(stock("/slow"), timeout=0.2)


@case("httpx-refused")
def ask_shipping():
    httpx.get("http://127.0.0.1:9/rates")


@case("httpx-timeout")
def ask_slow_shipping():
    httpx.get(stock("/slow"), timeout=0.2)


@case("httpx-timeout-async")
def ask_slow_shipping_async():
    async def ask():
        async with httpx.AsyncClient() as client:
            await client.get(stock("/slow"), timeout=0.2)

    asyncio.run(ask())


def table():
    engine = sqlalchemy.create_engine("sqlite://")
    connection = engine.connect()
    connection.execute(sqlalchemy.text("CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT UNIQUE NOT NULL)"))
    return connection


@case("sqlalchemy-unique")
def add_customer():
    connection = table()
    for _ in range(2):
        connection.execute(
            sqlalchemy.text("INSERT INTO customers (email) VALUES (:email)"), {"email": "ada@example.com"}
        )


@case("sqlalchemy-no-table")
def list_invoices():
    table().execute(sqlalchemy.text("SELECT id FROM invoices WHERE customer = :customer"), {"customer": 7})


@case("psycopg-refused")
def open_postgres():
    psycopg.connect("postgresql://orders@127.0.0.1:9/orders", connect_timeout=2)


@case("pymysql-refused")
def open_mysql():
    pymysql.connect(host="127.0.0.1", port=9, user="orders", connect_timeout=2)


@case("redis-refused")
def read_cache():
    redis.Redis(port=9, retry=None).get("cart:7")


class Order(pydantic.BaseModel):
    id: int
    quantity: int


@case("pydantic-invalid")
def read_order():
    return Order.model_validate({"id": "seven", "quantity": None})


@case("jsonschema-invalid")
def check_order():
    jsonschema.validate({"id": "seven"}, {"type": "object", "properties": {"id": {"type": "integer"}}})


@case("yaml-broken")
def read_rules():
    return yaml.safe_load("rules: [a, b\nlimit: 3")
