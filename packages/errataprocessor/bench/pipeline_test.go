package bench

// The whole pipeline, in the real binary: OTLP/HTTP in, through errata or not, and out to where it is only counted; one log in a hundred is
// an error. ERRATA_COLLECTOR names the binary; `npm run bench:collector` sets it.

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
)

const pipelineConfig = `
receivers:
  otlp:
    protocols:
      http:
        endpoint: %s
processors:
  errata: {}
exporters:
  debug: {verbosity: basic}
service:
  telemetry:
    metrics:
      level: none
    logs:
      level: error
  pipelines:
    logs:
      receivers: [otlp]
      processors: [%s]
      exporters: [debug]
`

const (
	perRequest = 1_000
	// requests are as many different ones as are sent in turns.
	requests = 250
	senders  = 4
	rounds   = 7
)

// BenchmarkPipeline measures both in turns, round after round, and reports the median of each and their ratio.
func BenchmarkPipeline(b *testing.B) {
	binary := os.Getenv("ERRATA_COLLECTOR")
	if binary == "" {
		b.Skip("ERRATA_COLLECTOR is not set: run npm run bench:collector")
	}
	both := [2]collector{startCollector(b, binary, "errata"), startCollector(b, binary, "")}
	var rates [2][]float64
	var used [2]time.Duration
	for b.Loop() {
		for round := range rounds + 1 {
			// No error comes twice: what a memory of the last thousands of them would cost or save is another question.
			bodies := pipelineRequests(b, round*requests*perRequest)
			for turn := range both {
				// In turns who is first: what makes the requests collects its garbage meanwhile.
				i := (turn + round) % 2
				before := both[i].processorTime(b)
				rate := logsPerSecond(b, both[i].url, bodies)
				// The first round is for what is made on first use.
				if round > 0 {
					rates[i] = append(rates[i], rate)
					used[i] += both[i].processorTime(b) - before
				}
			}
		}
	}
	errata, plain := median(rates[0]), median(rates[1])
	b.ReportMetric(errata, "logs/s:errata")
	b.ReportMetric(plain, "logs/s:without")
	b.ReportMetric(errata/plain, "ratio")
	// Processor time says the same where other work shares the machine.
	sent := float64(len(rates[0]) * requests * perRequest)
	b.ReportMetric(used[0].Seconds()*1e6/sent, "cpu-us/log:errata")
	b.ReportMetric(used[1].Seconds()*1e6/sent, "cpu-us/log:without")
	b.ReportMetric(0, "ns/op")
}

// pipelineRequests are of records numbered from first.
func pipelineRequests(b *testing.B, first int) [][]byte {
	of := kind{fill: func(record plog.LogRecord, n int) {
		if n%100 == 0 {
			stack(record, 24, n/100%10, message(n))
		} else {
			info(record, n)
		}
	}}
	bodies := make([][]byte, requests)
	for i := range bodies {
		all := plog.NewLogs()
		for j := range perRequest / batch {
			logs(of, first+i*perRequest+j*batch).ResourceLogs().MoveAndAppendTo(all.ResourceLogs())
		}
		body, err := plogotlp.NewExportRequestFromLogs(all).MarshalProto()
		require.NoError(b, err)
		bodies[i] = body
	}
	return bodies
}

// collector is one that runs until the benchmark ends.
type collector struct {
	url     string
	process *os.Process
}

// processorTime is what the collector took so far, its start with it.
func (c collector) processorTime(b *testing.B) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.process.Pid))
	require.NoError(b, err)
	// Behind the name, which is in brackets: user and system time are the 12th and 13th, in hundredths of a second.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	user, err := strconv.Atoi(fields[11])
	require.NoError(b, err)
	system, err := strconv.Atoi(fields[12])
	require.NoError(b, err)
	return time.Duration(user+system) * 10 * time.Millisecond
}

func startCollector(b *testing.B, binary, processor string) collector {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(b, err)
	address := listener.Addr().String()
	require.NoError(b, listener.Close())
	config := filepath.Join(b.TempDir(), "config.yaml")
	require.NoError(b, os.WriteFile(config, fmt.Appendf(nil, pipelineConfig, address, processor), 0o600))
	command := exec.Command(binary, "--config", config)
	command.Stderr = os.Stderr
	require.NoError(b, command.Start())
	b.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	require.Eventually(b, func() bool {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}, 20*time.Second, 50*time.Millisecond)
	return collector{"http://" + address + "/v1/logs", command.Process}
}

func logsPerSecond(b *testing.B, url string, bodies [][]byte) float64 {
	var next atomic.Int64
	var group sync.WaitGroup
	began := time.Now()
	for range senders {
		group.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(bodies)); i = next.Add(1) - 1 {
				response, err := http.Post(url, "application/x-protobuf", bytes.NewReader(bodies[i]))
				if err != nil || response.StatusCode != http.StatusOK {
					b.Errorf("cannot send to %s: %v", url, err)
					return
				}
				_ = response.Body.Close()
			}
		})
	}
	group.Wait()
	return float64(len(bodies)*perRequest) / time.Since(began).Seconds()
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
