"""OpenTelemetry as a Python service sets it up by hand: spans and the logging bridge, over OTLP/HTTP."""

import logging

from opentelemetry import trace
from opentelemetry._logs import set_logger_provider
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.logging.handler import LoggingHandler
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor


def start():
    """Starts both signals; the function it gives flushes and stops them."""
    traces, logs = TracerProvider(), LoggerProvider()
    traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=60)))
    logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(timeout=60)))
    trace.set_tracer_provider(traces)
    set_logger_provider(logs)
    logging.getLogger().addHandler(LoggingHandler(logger_provider=logs))
    # Its own exporters speak through urllib3, whose debug lines are nobody's business.
    logging.getLogger("orders").setLevel(logging.DEBUG)
    # What the SDK says of a slow receiver is for its operator, and would be an error of this program.
    logging.getLogger("opentelemetry").propagate = False

    def stop():
        logs.shutdown()
        traces.shutdown()

    return stop
