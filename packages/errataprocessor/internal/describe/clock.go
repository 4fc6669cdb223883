package describe

// Times within [now - past, now + future]: ClickHouse refuses a batch over 100 partitions whole, and partitions are days.
// What was moved is told on the record, in errata.dropped. The twin of packages/local/src/receiver/clamp.ts.

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

const dayNanos = pcommon.Timestamp(24 * time.Hour)

// clock is the time of one batch and what stays as it is around it.
type clock struct {
	now, first, last pcommon.Timestamp
	off              bool
}

func clockAt(now time.Time, times Times) clock {
	at := pcommon.NewTimestampFromTime(now)
	return clock{now: at, first: at - pcommon.Timestamp(times.Past), last: at + pcommon.Timestamp(times.Future), off: !times.Clamp}
}

// clamp: what is out of range moves to the nearest midnight (UTC) within, not to the edge itself: the same record sent
// again an hour later then lands at the same time, and no bucket of time sees it twice. No time becomes that of arrival.
func (c *clock) clamp(at pcommon.Timestamp) (pcommon.Timestamp, bool) {
	switch {
	case c.off || (at >= c.first && at <= c.last):
		return at, false
	case at == 0:
		return c.now, true
	case at < c.first:
		return c.first - c.first%dayNanos + dayNanos, true
	}
	return c.last - c.last%dayNanos, true
}
