package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

func options(address string, protocol clickhouse.Protocol, compression clickhouse.CompressionMethod) *clickhouse.Options {
	return &clickhouse.Options{
		Addr:        []string{address},
		Protocol:    protocol,
		Auth:        clickhouse.Auth{Database: "default", Username: "default", Password: ""},
		Compression: &clickhouse.Compression{Method: compression},
		DialTimeout: 10 * time.Second,
	}
}

// apiSession is clickhouse-go's own interface over HTTP with lz4, as the exporter uses it.
func apiSession(address string) ([]check, error) {
	conn, err := clickhouse.Open(options(address, clickhouse.HTTP, clickhouse.CompressionLZ4))
	if err != nil {
		return nil, err
	}
	checks := []check{
		{"server", func(ctx context.Context) (any, error) { return server(ctx, conn) }},
		{"every type in one batch", func(ctx context.Context) (any, error) { return everyType(ctx, conn) }},
		{"columns of a batch", func(ctx context.Context) (any, error) { return columnar(ctx, conn) }},
		{"structs", func(ctx context.Context) (any, error) { return structs(ctx, conn) }},
		{"parameters", func(ctx context.Context) (any, error) { return parameters(ctx, conn) }},
		{"settings", func(ctx context.Context) (any, error) { return settings(ctx, conn) }},
		{"async inserts", func(ctx context.Context) (any, error) { return asyncInserts(ctx, conn) }},
		{"20 batches at once", func(ctx context.Context) (any, error) { return atOnce(ctx, conn) }},
		{"a large answer", func(ctx context.Context) (any, error) { return largeAnswer(ctx, conn) }},
		{"a format as it is", func(ctx context.Context) (any, error) { return asFormat(ctx, conn) }},
		{"an aborted batch", func(ctx context.Context) (any, error) { return abortedBatch(ctx, conn) }},
		{"an unknown table", func(ctx context.Context) (any, error) { return nil, code(conn.Exec(ctx, "SELECT * FROM nowhere")) }},
		{"a syntax error", func(ctx context.Context) (any, error) { return nil, code(conn.Exec(ctx, "SELEC 1")) }},
		{"a failure after rows", func(ctx context.Context) (any, error) { return lateFailure(ctx, conn) }},
		{"a cancelled query", func(ctx context.Context) (any, error) { return cancelled(ctx, conn) }},
	}
	for _, method := range []string{"none", "lz4", "lz4hc", "zstd", "gzip", "deflate", "br"} {
		checks = append(checks, check{"compression " + method, func(ctx context.Context) (any, error) { return compressed(ctx, address, method) }})
	}
	checks = append(checks, check{"native protocol", func(ctx context.Context) (any, error) { return native(ctx, address) }})
	return checks, nil
}

// code puts ClickHouse's number and name before an error that has them.
func code(err error) error {
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		return fmt.Errorf("code %d %s", exception.Code, exception.Name)
	}
	return err
}

func server(ctx context.Context, conn driver.Conn) (any, error) {
	if err := conn.Ping(ctx); err != nil {
		return nil, err
	}
	version, err := conn.ServerVersion()
	if err != nil {
		return nil, err
	}
	return map[string]any{"major": version.Version.Major, "timezone": version.Timezone.String()}, nil
}

// everyType writes the types that telemetry has and reads them back by Scan.
func everyType(ctx context.Context, conn driver.Conn) (any, error) {
	const table = `CREATE TABLE go_types (at DateTime64(9), day Date, id UUID, n UInt64, i Int8, f Float64, b Bool, name LowCardinality(String),
		maybe Nullable(String), attributes Map(LowCardinality(String), String), events Nested (Timestamp DateTime64(9), Name LowCardinality(String), Attributes Map(LowCardinality(String), String)),
		kind Enum8('a' = 1, 'b' = 2), ip IPv6, amount Decimal(18, 4), pair Tuple(String, UInt8), raw FixedString(4)) ENGINE = MergeTree ORDER BY n`
	if err := conn.Exec(ctx, table); err != nil {
		return nil, err
	}
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO go_types")
	if err != nil {
		return nil, err
	}
	at := time.Date(2026, 11, 24, 10, 0, 0, 123456789, time.UTC)
	hostile := "quotes ' \" \\ \t\n\x00 é 💥 \xff\xfe"
	for i := range 1000 {
		if err := batch.Append(at, at, "0af76519-16cd-43dd-8448-eb211c80319c", uint64(i), int8(-1), 1.5, true, "name", nil,
			map[string]string{"k": hostile, "": ""}, []time.Time{at}, []string{"exception"}, []map[string]string{{"exception.type": "E"}},
			"b", "::1", "12.3456", []any{"x", uint8(7)}, "abcd"); err != nil {
			return nil, err
		}
	}
	if err := batch.Send(); err != nil {
		return nil, err
	}
	var (
		count                  uint64
		gotAt                  time.Time
		id, name, kind, ip     string
		maybe                  *string
		attributes             map[string]string
		times                  []time.Time
		amount                 string
		eventNames, eventTypes []string
	)
	row := conn.QueryRow(ctx, `SELECT count() OVER (), at, toString(id), name, maybe, attributes, events.Timestamp, events.Name,
		arrayMap(a -> a['exception.type'], events.Attributes), toString(kind), toString(ip), toString(amount) FROM go_types WHERE n = 999`)
	err = row.Scan(&count, &gotAt, &id, &name, &maybe, &attributes, &times, &eventNames, &eventTypes, &kind, &ip, &amount)
	return map[string]any{
		"count": count, "nanoseconds": gotAt.UnixNano() == at.UnixNano(), "id": id, "name": name, "none": maybe == nil,
		"bytes": attributes["k"] == hostile, "empty": len(attributes), "event": times[0].Equal(at), "names": eventNames,
		"types": eventTypes, "kind": kind, "ip": ip, "amount": amount,
	}, err
}

func columnar(ctx context.Context, conn driver.Conn) (any, error) {
	if err := conn.Exec(ctx, "CREATE TABLE go_columns (n UInt64, text String) ENGINE = MergeTree ORDER BY n"); err != nil {
		return nil, err
	}
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO go_columns (n, text)")
	if err != nil {
		return nil, err
	}
	numbers, texts := make([]uint64, 50_000), make([]string, 50_000)
	for i := range numbers {
		numbers[i], texts[i] = uint64(i), strings.Repeat("x", i%40)
	}
	if err := errors.Join(batch.Column(0).Append(numbers), batch.Column(1).Append(texts), batch.Send()); err != nil {
		return nil, err
	}
	var count, sum uint64
	err = conn.QueryRow(ctx, "SELECT count(), sum(length(text)) FROM go_columns").Scan(&count, &sum)
	return []uint64{count, sum}, err
}

func structs(ctx context.Context, conn driver.Conn) (any, error) {
	var rows []struct {
		Number uint64    `ch:"number"`
		Text   string    `ch:"text"`
		At     time.Time `ch:"at"`
	}
	err := conn.Select(ctx, &rows, "SELECT number, toString(number) AS text, toDateTime(number, 'UTC') AS at FROM numbers(3)")
	return rows, err
}

func parameters(ctx context.Context, conn driver.Conn) (any, error) {
	// Over HTTP the library leaves escaping of named parameters to its caller: no backslash, no line break.
	hostile := "'; DROP TABLE otel_logs; -- \" é 💥"
	bound := clickhouse.Context(ctx, clickhouse.WithParameters(clickhouse.Parameters{"text": hostile, "n": "3"}))
	var text string
	var n uint8
	if err := conn.QueryRow(bound, "SELECT {text:String}, {n:UInt8}").Scan(&text, &n); err != nil {
		return nil, err
	}
	var list []string
	err := conn.QueryRow(ctx, "SELECT [?, @p]", clickhouse.Named("p", "mixed"), "x").Scan(&list)
	var positional string
	err2 := conn.QueryRow(ctx, "SELECT ?", hostile+"\\ \n").Scan(&positional)
	return map[string]any{"text": text == hostile, "n": n, "positional": positional == hostile+"\\ \n", "mixed refused": err != nil}, err2
}

func settings(ctx context.Context, conn driver.Conn) (any, error) {
	limited := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_rows_to_read": 10}), clickhouse.WithQueryID("go-settings"))
	rows, err := conn.Query(limited, "SELECT number FROM numbers(1000)")
	if err != nil {
		return nil, code(err)
	}
	defer rows.Close()
	for rows.Next() {
	}
	return nil, code(rows.Err())
}

func asyncInserts(ctx context.Context, conn driver.Conn) (any, error) {
	if err := conn.Exec(ctx, "CREATE TABLE go_async (n UInt64) ENGINE = MergeTree ORDER BY n"); err != nil {
		return nil, err
	}
	waiting := clickhouse.Context(ctx, clickhouse.WithAsync(true))
	for i := range 10 {
		if err := conn.Exec(waiting, fmt.Sprintf("INSERT INTO go_async VALUES (%d)", i)); err != nil {
			return nil, err
		}
	}
	settings := clickhouse.Settings{"async_insert": 1, "wait_for_async_insert": 1}
	batch, err := conn.PrepareBatch(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), "INSERT INTO go_async")
	if err != nil {
		return nil, err
	}
	for i := range 90 {
		if err := batch.Append(uint64(10 + i)); err != nil {
			return nil, err
		}
	}
	if err := batch.Send(); err != nil {
		return nil, err
	}
	var count, unique uint64
	err = conn.QueryRow(ctx, "SELECT count(), uniqExact(n) FROM go_async").Scan(&count, &unique)
	return []uint64{count, unique}, err
}

func atOnce(ctx context.Context, conn driver.Conn) (any, error) {
	if err := conn.Exec(ctx, "CREATE TABLE go_at_once (n UInt64) ENGINE = MergeTree ORDER BY n"); err != nil {
		return nil, err
	}
	var group sync.WaitGroup
	failures := make([]error, 20)
	for i := range failures {
		group.Go(func() {
			batch, err := conn.PrepareBatch(ctx, "INSERT INTO go_at_once")
			for j := 0; err == nil && j < 500; j++ {
				err = batch.Append(uint64(i*500 + j))
			}
			if err == nil {
				err = batch.Send()
			}
			failures[i] = err
		})
	}
	group.Wait()
	if err := errors.Join(failures...); err != nil {
		return nil, err
	}
	var count, unique uint64
	err := conn.QueryRow(ctx, "SELECT count(), uniqExact(n) FROM go_at_once").Scan(&count, &unique)
	return []uint64{count, unique}, err
}

func largeAnswer(ctx context.Context, conn driver.Conn) (any, error) {
	rows, err := conn.Query(ctx, "SELECT number, toString(number) FROM numbers(500000)")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var count, n uint64
	var text string
	for rows.Next() {
		if err := rows.Scan(&n, &text); err != nil {
			return nil, err
		}
		count++
	}
	return []any{count, text}, rows.Err()
}

func asFormat(ctx context.Context, conn driver.Conn) (any, error) {
	stream, err := conn.QueryFormat(ctx, "JSONEachRow", "SELECT 1::UInt8 AS a, 'x' AS b")
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	text, err := io.ReadAll(stream)
	return strings.TrimSpace(string(text)), err
}

func abortedBatch(ctx context.Context, conn driver.Conn) (any, error) {
	if err := conn.Exec(ctx, "CREATE TABLE go_aborted (n UInt64) ENGINE = MergeTree ORDER BY n"); err != nil {
		return nil, err
	}
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO go_aborted")
	if err != nil {
		return nil, err
	}
	if err := errors.Join(batch.Append(uint64(1)), batch.Abort()); err != nil {
		return nil, err
	}
	var count uint64
	err = conn.QueryRow(ctx, "SELECT count() FROM go_aborted").Scan(&count)
	return count, err
}

func lateFailure(ctx context.Context, conn driver.Conn) (any, error) {
	rows, err := conn.Query(ctx, "SELECT throwIf(number = 3000000, 'late') FROM numbers(4000000)")
	if err != nil {
		return nil, code(err)
	}
	defer rows.Close()
	for rows.Next() {
	}
	return nil, code(rows.Err())
}

func cancelled(ctx context.Context, conn driver.Conn) (any, error) {
	short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	err := conn.Exec(short, "SELECT sleepEachRow(1) FROM numbers(60) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0")
	return conn.Ping(ctx) == nil && errors.Is(err, context.DeadlineExceeded), nil
}

func compressed(ctx context.Context, address, name string) (any, error) {
	methods := map[string]clickhouse.CompressionMethod{
		"none": clickhouse.CompressionNone, "lz4": clickhouse.CompressionLZ4, "lz4hc": clickhouse.CompressionLZ4HC,
		"zstd": clickhouse.CompressionZSTD, "gzip": clickhouse.CompressionGZIP, "deflate": clickhouse.CompressionDeflate,
		"br": clickhouse.CompressionBrotli,
	}
	conn, err := clickhouse.Open(options(address, clickhouse.HTTP, methods[name]))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	table := "go_compressed_" + name
	if err := conn.Exec(ctx, "CREATE TABLE "+table+" (text String) ENGINE = MergeTree ORDER BY tuple()"); err != nil {
		return nil, err
	}
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO "+table)
	if err != nil {
		return nil, err
	}
	for i := range 5000 {
		if err := batch.Append(fmt.Sprintf("%d %s", i, strings.Repeat("é", 100))); err != nil {
			return nil, err
		}
	}
	if err := batch.Send(); err != nil {
		return nil, err
	}
	var count, unique, bytes uint64
	err = conn.QueryRow(ctx, "SELECT count(), uniqExact(text), sum(length(text)) FROM "+table).Scan(&count, &unique, &bytes)
	return []uint64{count, unique, bytes}, err
}

// native tries the TCP protocol on the HTTP port, which is what a user does who takes 8123 for 9000.
func native(ctx context.Context, address string) (any, error) {
	conn, err := clickhouse.Open(options(address, clickhouse.Native, clickhouse.CompressionLZ4))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return nil, conn.Ping(ctx)
}
