package describe

// What happens to a batch: which records are touched, by whom they may be vouched for, what a resource's records share.
// What is said of an error is error.go, what is taken out redact.go.

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/errata-dev/errata/packages/catalog"
	"github.com/errata-dev/errata/packages/catalog/compile"
)

// Describer works on records; safe for concurrent use. Between batches it keeps what it read of texts, see memory.go.
type Describer struct {
	settings  Settings
	selection Selection
	catalog   *catalog.Catalog
	// redactor is nil if redaction is off.
	redactor *catalog.Redactor
	memories memories
	now      func() time.Time
}

// worker is the describer at work on one batch.
type worker struct {
	*Describer
	memory *memory
}

func (d *Describer) open() *worker { return &worker{d, d.memories.take()} }

func (d *worker) close() { d.memories.give(d.memory) }

// New makes a describer of valid settings; the error is a catalog that cannot be read.
func New(settings Settings, selection Selection) (*Describer, error) {
	known, err := compile.LoadCatalog(settings.Catalogs)
	if err != nil {
		return nil, err
	}
	d := &Describer{settings: settings, selection: selection, catalog: known, memories: newMemories(), now: time.Now}
	if settings.Redaction.Mode != RedactionOff {
		d.redactor = catalog.CreateRedactor(catalog.RedactionOptions{
			Mode:         catalog.RedactionMode(settings.Redaction.Mode),
			PseudonymKey: []byte(settings.Redaction.PseudonymKey),
			Deny:         settings.Redaction.Deny,
			Allow:        settings.Redaction.Allow,
		})
	}
	return d, nil
}

// voice is errata's own: what is dropped from senders nobody vouches for.
var voice = func() map[string]struct{} {
	names := map[string]struct{}{}
	for _, one := range catalog.Attributes() {
		if one.Voice {
			names[one.Name] = struct{}{}
		}
	}
	return names
}()

// home is what all records of one resource share.
type home struct {
	attributes        pcommon.Map
	service, language string
	read              bool
	// errors is true once a record of it was redacted: then the resource is too.
	errors bool
}

// origin reads the resource when the first error needs it, before it is redacted.
func (h *home) origin() {
	if h.read {
		return
	}
	h.read = true
	if value, ok := h.attributes.Get("service.name"); ok {
		h.service = value.AsString()
	}
	if value, ok := h.attributes.Get("telemetry.sdk.language"); ok {
		h.language = value.AsString()
	}
}

// enter prepares a resource. Whose data this is, only an authenticated sender may say.
func (d *worker) enter(resource pcommon.Resource) home {
	attributes := resource.Attributes()
	if !d.settings.TrustIncoming {
		attributes.Remove("errata.tenant")
	}
	return home{attributes: attributes}
}

// leave redacts the resource of what was redacted.
func (d *worker) leave(h *home, tally *Tally) {
	if d.redactor == nil || !(h.errors || d.settings.Redaction.Records == RecordsAll) {
		return
	}
	// Its counts are no record's: a batch has one resource and any number of records.
	counts := catalog.RedactionCounts{}
	d.redactMap(h.attributes, counts)
	tally.redacted(counts)
}

// Logs works on the records in place.
func (describer *Describer) Logs(logs plog.Logs, tally *Tally) {
	d := describer.open()
	defer d.close()
	at := clockAt(d.now(), d.settings.Times)
	for i := range logs.ResourceLogs().Len() {
		resource := logs.ResourceLogs().At(i)
		from := d.enter(resource.Resource())
		for j := range resource.ScopeLogs().Len() {
			records := resource.ScopeLogs().At(j).LogRecords()
			for k := range records.Len() {
				d.record(records.At(k), &from, &at, tally)
			}
		}
		d.leave(&from, tally)
	}
}

// record decides before it touches anything: most records are no errors, and cost one look at their names.
func (d *worker) record(record plog.LogRecord, from *home, at *clock, tally *Tally) {
	tally.Records++
	attributes := record.Attributes()
	seen := look(attributes)
	trusted := d.settings.TrustIncoming
	if seen.voice && !trusted {
		dropVoice(attributes)
		tally.VoiceDropped++
	}
	time := record.Timestamp()
	if time == 0 {
		time = record.ObservedTimestamp()
	}
	switch {
	case trusted && seen.fingerprint:
		if d.redactor != nil {
			d.redactRecord(record, tally)
			from.origin()
			from.errors = true
		}
	case d.selection.counts(int(record.SeverityNumber()), record.EventName(), seen, record.Body()):
		from.origin()
		from.errors = true
		d.describeSafely(subject{record: record, time: time, find: d.selection.Find}, from, tally)
	default:
		if seen.fingerprint && !trusted {
			// The view would lift it as an error that says nothing.
			attributes.Remove("errata.fingerprint")
		}
		if d.redactor != nil && d.settings.Redaction.Records == RecordsAll {
			d.redactRecord(record, tally)
		}
	}
	if now, moved := at.clamp(time); moved {
		record.SetTimestamp(now)
		countDropped(attributes, limitTimestamp, 1)
		tally.limit(limitTimestamp, 1)
	}
}

func dropVoice(attributes pcommon.Map) {
	attributes.RemoveIf(func(name string, _ pcommon.Value) bool {
		_, ours := voice[name]
		return ours
	})
}
