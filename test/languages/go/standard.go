package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// refused is the discard port: nothing listens there.
const refused = "127.0.0.1:9"

// order is what cases read.
type order struct {
	ID       int
	Quantity int
}

// standard are errors of the standard library. All fail on this machine alone.
func standard() []failure {
	return []failure{
		{"dial-refused", logged, func(context.Context) error { return discard(net.Dial("tcp", refused)) }},
		{"http-refused", logged, func(context.Context) error { return discard(http.Get("http://" + refused + "/prices")) }},
		{"http-deadline", logged, askSlowly},
		{"tls-to-plain-port", logged, dialTLS},
		{"host-unknown", logged, func(ctx context.Context) error {
			return discard(net.DefaultResolver.LookupHost(ctx, "payments..shop.invalid"))
		}},
		{"file-missing", logged, func(context.Context) error { return discard(os.ReadFile("/srv/orders/settings.json")) }},
		{"json-broken", logged, func(context.Context) error { return json.Unmarshal([]byte(`{"items": [1, x`), &order{}) }},
		{"json-ended", logged, func(context.Context) error { return json.Unmarshal([]byte(`{"items": [1, 2`), &order{}) }},
		{"json-mismatch", logged, func(context.Context) error { return json.Unmarshal([]byte(`{"ID": "seven"}`), &order{}) }},
		{"number-parse", logged, func(context.Context) error { return discard(strconv.Atoi("a dozen")) }},
		{"date-parse", logged, func(context.Context) error { return discard(time.Parse(time.DateOnly, "2026-13-45")) }},
		{"sql-no-driver", logged, func(context.Context) error { return discard(sql.Open("orders", "")) }},
		{"context-deadline", logged, waitTooLong},
		{"context-canceled", logged, func(ctx context.Context) error {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx.Err()
		}},
		{"command-missing", logged, func(context.Context) error { return exec.Command("orders-converter").Run() }},
		{"unexpected-eof", logged, func(context.Context) error {
			return discard(io.ReadFull(bufio.NewReader(strings.NewReader("abc")), make([]byte, 8)))
		}},
	}
}

func discard[T any](_ T, err error) error { return err }

func waitTooLong(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	<-ctx.Done()
	return ctx.Err()
}

func askSlowly(ctx context.Context) error {
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-done }))
	defer server.Close()
	defer close(done)
	client := http.Client{Timeout: 50 * time.Millisecond}
	return discard(client.Get(server.URL + "/slow"))
}

func dialTLS(context.Context) error {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	return discard(tls.Dial("tcp", server.Listener.Addr().String(), &tls.Config{ServerName: "localhost"}))
}
