package catalog

// The id that counting is exact by, for records that came without log.record.uid. See SPEC.md, "Event id".

import (
	"crypto/sha256"
	"encoding/hex"
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
	var small [4_096]byte
	id, _ := eventID(input, small[:0])
	return id
}

// EventID is the function of that name; what it needs of room is the memory's.
func (m *Memory) EventID(input *EventIDInput) (id string) {
	id, m.room = eventID(input, m.room[:0])
	return id
}

func eventID(input *EventIDInput, text []byte) (string, []byte) {
	fields := [...]string{
		input.TimeUnixNano,
		input.ServiceName,
		input.TraceID,
		input.SpanID,
		input.Body,
		input.ExceptionType,
		input.ExceptionMessage,
		input.ExceptionStacktrace,
	}
	// One buffer and one hash over it: cheaper than to write field after field.
	for _, field := range fields {
		text = append(text, CutUTF8(field, LimitStackBytes)...)
		text = append(text, 0)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), text
}
