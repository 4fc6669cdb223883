// Package main fails in every way of its cases, tells of it as Go services do, and says ordinary things in between.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"go.opentelemetry.io/contrib/bridges/otelslog"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
)

// report is how a service tells of an error.
type report int

const (
	// logged gives slog the error itself.
	logged report = iota
	// twoErrors gives it two; the bridge keeps the last.
	twoErrors
	// asText gives it the error's text under `error`.
	asText
	// inMessage formats it into the message.
	inMessage
	// inGroup puts it into a slog.Group.
	inGroup
	// asJSON logs a line of JSON, as zap and zerolog write it.
	asJSON
	// onSpan records it on the span alone.
	onSpan
	// both logs it and records it on the span.
	both
	// panicStack recovers a panic and logs it with its stack under `stack`.
	panicStack
	// panicStacktrace has the stack under `exception.stacktrace`.
	panicStacktrace
	// panicElsewhere puts the stack under a name of the service's own.
	panicElsewhere
	// panicInMessage formats value and stack into the message.
	panicInMessage
)

type failure struct {
	// name is its root span's, by which tests find what became of it.
	name   string
	report report
	work   func(context.Context) error
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	ctx := context.Background()
	stop, err := startTelemetry(ctx)
	if err != nil {
		return err
	}
	log, tracer := otelslog.NewLogger("orders"), otel.Tracer("orders")
	inSpan(ctx, tracer, "ordinary", func(ctx context.Context) {
		log.DebugContext(ctx, "cache is warm")
		log.InfoContext(ctx, "order placed, error budget is fine", "order", 7)
		log.WarnContext(ctx, "price list is old", "days", 3)
	})
	for _, list := range [][]failure{standard(), libraries(), idioms()} {
		for _, one := range list {
			inSpan(ctx, tracer, one.name, func(ctx context.Context) { handle(ctx, log, one) })
		}
	}
	return stop(ctx)
}

func inSpan(ctx context.Context, tracer trace.Tracer, name string, work func(context.Context)) {
	ctx, span := tracer.Start(ctx, name)
	defer span.End()
	work(ctx)
}

func handle(ctx context.Context, log *slog.Logger, one failure) {
	defer func() {
		if value := recover(); value != nil {
			reportPanic(ctx, log, one.report, value)
		}
	}()
	err := one.work(ctx)
	if err == nil {
		panic(errors.New(one.name + " did not fail"))
	}
	span := trace.SpanFromContext(ctx)
	switch one.report {
	case twoErrors:
		log.ErrorContext(ctx, "cannot do "+one.name, "cleanup", errors.New("rollback failed"), "err", err)
	case asText:
		log.ErrorContext(ctx, "cannot do "+one.name, "error", err.Error(), "attempt", 1)
	case inMessage:
		log.ErrorContext(ctx, fmt.Sprintf("cannot do %s: %v", one.name, err))
	case inGroup:
		log.ErrorContext(ctx, "cannot do "+one.name, slog.Group("upstream", "name", "billing", "err", err))
	case asJSON:
		line, _ := json.Marshal(map[string]string{"level": "error", "msg": "cannot do " + one.name, "error": err.Error()})
		log.ErrorContext(ctx, string(line))
	case onSpan:
		span.RecordError(err)
	case both:
		log.ErrorContext(ctx, "cannot do "+one.name, "err", err)
		span.RecordError(err)
	default:
		log.ErrorContext(ctx, "cannot do "+one.name, "err", err, "attempt", 1)
	}
}

func reportPanic(ctx context.Context, log *slog.Logger, how report, value any) {
	stack := string(debug.Stack())
	switch how {
	case panicStacktrace:
		log.ErrorContext(ctx, "panic in handler", "panic", value, "exception.stacktrace", stack)
	case panicElsewhere:
		log.ErrorContext(ctx, "panic in handler", "panic", value, "where", stack)
	case panicInMessage:
		log.ErrorContext(ctx, fmt.Sprintf("panic: %v\n\n%s", value, stack))
	default:
		log.ErrorContext(ctx, "panic in handler", "panic", value, "stack", stack)
	}
}
