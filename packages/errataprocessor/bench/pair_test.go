package bench

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/errata-dev/errata/packages/errataprocessor"
)

func errata(t testing.TB, settings map[string]any) consumer.Logs {
	return chain(t, errataprocessor.NewFactory(), settings, consumertest.NewNop())
}

var (
	// asShipped redacts errors, all redacts every record as the peer does, off none.
	asShipped = map[string]any{}
	all       = map[string]any{"redaction": map[string]any{"records": "all"}}
	off       = map[string]any{"redaction": map[string]any{"mode": "off"}}
)

// Benchmark measures each kind of record with errata and with the peer, in one run: ns/record and allocations.
func Benchmark(b *testing.B) {
	for _, of := range kinds {
		b.Run(of.name, func(b *testing.B) {
			b.Run("errata", func(b *testing.B) { measure(b, errata(b, asShipped), of) })
			b.Run("errata_all", func(b *testing.B) { measure(b, errata(b, all), of) })
			b.Run("errata_off", func(b *testing.B) { measure(b, errata(b, off), of) })
			b.Run("contrib", func(b *testing.B) { measure(b, peer(b, redactionConfig(), consumertest.NewNop()), of) })
			b.Run("contrib_least", func(b *testing.B) { measure(b, peer(b, leastConfig(), consumertest.NewNop()), of) })
		})
	}
}

// batches are made at a time. To stop the clock stops the world and takes from each processor the memory it had at hand:
// what follows pays for that, some tens of microseconds each time, whoever it is.
const batches = 10

// warm batches are for what is made on first use, once in a process; their orders have more digits than the measured ones.
const warm, warmFrom = 3, 10_000_000

// measure makes the batches outside of the clock: errata and the peer write into what they are given. Processor time says
// the same where other work shares the machine.
func measure(b *testing.B, to consumer.Logs, of kind) {
	ctx := context.Background()
	for i := range warm {
		require.NoError(b, to.ConsumeLogs(ctx, logs(of, warmFrom+i*batch)))
	}
	b.ReportAllocs()
	from := 0
	var work [batches]plog.Logs
	var took time.Duration
	for b.Loop() {
		b.StopTimer()
		for i := range work {
			work[i] = logs(of, from)
			from += batch
		}
		b.StartTimer()
		began := processorTime()
		for _, one := range work {
			if err := to.ConsumeLogs(ctx, one); err != nil {
				b.Fatal(err)
			}
		}
		took += processorTime() - began
	}
	records := float64(b.N) * batches * batch
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/records, "ns/record")
	b.ReportMetric(float64(took.Nanoseconds())/records, "cpu-ns/record")
}

// processorTime is what this process took so far, the collection of garbage with it.
func processorTime() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// What is compared must do the work: both name the error, mask its message and give it a group.
func TestBothDescribe(t *testing.T) {
	for _, to := range []func(testing.TB, *consumertest.LogsSink) consumer.Logs{
		func(t testing.TB, sink *consumertest.LogsSink) consumer.Logs {
			return chain(t, errataprocessor.NewFactory(), asShipped, sink)
		},
		func(t testing.TB, sink *consumertest.LogsSink) consumer.Logs { return peer(t, redactionConfig(), sink) },
	} {
		sink := new(consumertest.LogsSink)
		require.NoError(t, to(t, sink).ConsumeLogs(context.Background(), logs(kinds[2], 0)))
		records := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
		require.Equal(t, measuredCode, text(records.At(0), "errata.code"))
		require.NotContains(t, text(records.At(7), "errata.template"), "order 7")
		require.NotEmpty(t, text(records.At(0), "errata.fingerprint"))
		require.Equal(t, text(records.At(0), "errata.fingerprint"), text(records.At(10), "errata.fingerprint"))
		require.NotEmpty(t, text(records.At(0), "errata.suggestions.immediate"))
	}
}

func text(record plog.LogRecord, name string) string {
	value, ok := record.Attributes().Get(name)
	if !ok {
		return ""
	}
	return value.AsString()
}
