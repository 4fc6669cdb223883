// Command clickhouse-go speaks to a ClickHouse through clickhouse-go, by its own interface and as database/sql, and prints
// what it saw: one JSON object per check. What is right is the test's that runs it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"
)

// check is one thing tried; got is what a caller of the library sees, an error included.
type check struct {
	name string
	run  func(ctx context.Context) (got any, err error)
}

type seen struct {
	Check string `json:"check"`
	Got   any    `json:"got,omitempty"`
	Error string `json:"error,omitempty"`
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: clickhouse-go <session> <http://host:port>")
		os.Exit(2)
	}
	sessions := map[string]func(address string) ([]check, error){"api": apiSession, "grafana": grafanaSession}
	session, known := sessions[os.Args[1]]
	if !known {
		fmt.Fprintf(os.Stderr, "no session %q\n", os.Args[1])
		os.Exit(2)
	}
	checks, err := session(strings.TrimPrefix(os.Args[2], "http://"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out := json.NewEncoder(os.Stdout)
	for _, c := range checks {
		if err := out.Encode(try(c)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func try(c check) seen {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	got, err := c.run(ctx)
	if err != nil {
		return seen{Check: c.name, Got: got, Error: err.Error()}
	}
	return seen{Check: c.name, Got: got}
}
