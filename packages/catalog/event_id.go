package catalog

// The id that counting is exact by, for records that came without log.record.uid. See SPEC.md, "Event id".

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
)

// EventIDInput is what makes an occurrence this one and no other.
type EventIDInput struct {
	// TimeUnixNano is nanoseconds since the epoch, decimal.
	TimeUnixNano string `json:"timeUnixNano"`
	ServiceName  string `json:"serviceName"`
	// TraceID and SpanID are lower-case hex, "" if none.
	TraceID string `json:"traceId"`
	SpanID  string `json:"spanId"`
	// Body is as the exporter stores it: see AnyText.
	Body                string `json:"body"`
	ExceptionType       string `json:"exceptionType"`
	ExceptionMessage    string `json:"exceptionMessage"`
	ExceptionStacktrace string `json:"exceptionStacktrace"`
}

// EventID is 128 bits of SHA-256 over the eight fields, each up to LimitStackBytes (receivers cut longer texts at limits
// of their own) and followed by a zero byte: 32 lower-case hex digits.
func EventID(input *EventIDInput) string {
	digest := sha256.New()
	for _, field := range [...]string{
		input.TimeUnixNano,
		input.ServiceName,
		input.TraceID,
		input.SpanID,
		input.Body,
		input.ExceptionType,
		input.ExceptionMessage,
		input.ExceptionStacktrace,
	} {
		addField(digest, field)
	}
	return hex.EncodeToString(digest.Sum(nil)[:16])
}

func addField(digest hash.Hash, field string) {
	// A hash never fails to write.
	_, _ = io.WriteString(digest, CutUTF8(field, LimitStackBytes))
	_, _ = digest.Write([]byte{0})
}
