package main

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/log/global"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// startTelemetry sets up OpenTelemetry as a Go service does, over OTLP/HTTP; the function it gives flushes and stops.
func startTelemetry(ctx context.Context) (func(context.Context) error, error) {
	logs, err := otlploghttp.New(ctx)
	if err != nil {
		return nil, err
	}
	traces, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, err
	}
	loggers := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(logs)))
	tracers := sdktrace.NewTracerProvider(sdktrace.WithBatcher(traces))
	global.SetLoggerProvider(loggers)
	otel.SetTracerProvider(tracers)
	return func(ctx context.Context) error {
		return errors.Join(loggers.Shutdown(ctx), tracers.Shutdown(ctx))
	}, nil
}
