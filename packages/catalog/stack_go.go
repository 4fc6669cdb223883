package catalog

// Go: panics, debug.Stack(), fatal errors, and the frames of pkg/errors' %+v. Only the first goroutine counts.

import (
	"slices"
	"strings"
)

// goLibrary are module hosts and owners that are libraries wherever their sources lie.
var goLibrary = strings.Fields(`golang.org/x/ google.golang.org/ go.uber.org/ go.mongodb.org/ go.etcd.io/ k8s.io/ sigs.k8s.io/ gorm.io/ gopkg.in/
cloud.google.com/ github.com/gin-gonic/ github.com/labstack/ github.com/gorilla/ github.com/go-chi/
github.com/gofiber/ github.com/valyala/ github.com/codegangsta/ github.com/urfave/ github.com/jackc/ github.com/lib/pq
github.com/go-sql-driver/ github.com/redis/ github.com/go-redis/ github.com/sirupsen/ github.com/stretchr/
github.com/spf13/ github.com/pkg/errors github.com/hashicorp/ github.com/aws/ github.com/golang/
github.com/grpc-ecosystem/ github.com/prometheus/ github.com/nats-io/ github.com/segmentio/ github.com/IBM/sarama
github.com/Shopify/sarama github.com/elastic/ github.com/jmoiron/ github.com/julienschmidt/ github.com/justinas/
github.com/rs/ github.com/cockroachdb/errors github.com/go-kit/ github.com/graphql-go/ github.com/99designs/`)

// goTracers is instrumentation: it wraps what it watches and comes and goes without a change of the program.
var goTracers = strings.Fields("go.opentelemetry.io/ gopkg.in/DataDog/ github.com/DataDog/ github.com/getsentry/")

func parseGo(lines []string) []StackBlock {
	block := openBlock(0)
	var head []string
	goroutines := 0
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if strings.HasPrefix(line, "goroutine ") && strings.HasSuffix(line, ":") {
			goroutines++
			if goroutines > 1 && len(block.Frames) > 0 {
				break
			}
			continue
		}
		file, number, ok := goPlace(lines, i+1)
		if ok && line != "" && !startsBlank(line) && !longerThan(line, frameLine) {
			i++
			if !strings.HasPrefix(line, "created by ") {
				block.add(goFrame(line, file, number))
			}
			continue
		}
		if goroutines > 0 {
			continue
		}
		if len(block.Frames) == 0 {
			head = append(head, line)
		} else if line != "" && !startsBlank(line) {
			// pkg/errors prints the innermost stack first; later stacks repeat its callers.
			break
		}
	}
	block.Frames = afterPanic(block.Frames)
	fillGoHead(&block, head)
	return []StackBlock{block}
}

func startsBlank(line string) bool { return byteAt(line, 0) == ' ' || byteAt(line, 0) == '\t' }

// goPlace reads "\t/path/file.go:471 +0xa", the line below a function.
func goPlace(lines []string, at int) (file string, number int, ok bool) {
	if at >= len(lines) || !startsBlank(lines[at]) || longerThan(lines[at], frameLine) {
		return "", 0, false
	}
	text := trimSpace(lines[at])
	if space := strings.IndexByte(text, ' '); space > 0 {
		text = text[:space]
	}
	if !strings.Contains(text, ".go:") && !strings.Contains(text, ".s:") && !strings.Contains(text, ".goc:") {
		return "", 0, false
	}
	file, number = splitPosition(text)
	return file, number, true
}

// afterPanic leaves out the frames up to "panic(...)", which are the recovery's own; what panicked comes after.
func afterPanic(frames []Frame) []Frame {
	for i := len(frames) - 1; i >= 0; i-- {
		if frames[i].Module == "" && frames[i].Function == "panic" {
			return frames[i+1:]
		}
	}
	return frames
}

func fillGoHead(block *StackBlock, lines []string) {
	said := slices.DeleteFunc(lines, func(line string) bool {
		return strings.HasPrefix(line, "[signal ") || strings.HasPrefix(line, "\tpanic: ")
	})
	text := trimSpace(strings.Join(said, "\n"))
	for _, class := range [...]string{"panic", "fatal error"} {
		if rest, ok := strings.CutPrefix(text, class+": "); ok {
			text, block.Type = rest, class
		}
	}
	block.Message = strings.TrimSuffix(text, " [recovered]")
}

func goFrame(line, file string, number int) Frame {
	name := line
	if open := strings.LastIndexByte(name, '('); open > 0 && strings.HasSuffix(name, ")") && name[open-1] != '.' {
		name = name[:open]
	}
	owner, function := "", name
	slash := strings.LastIndexByte(name, '/')
	if dot := strings.IndexByte(name[slash+1:], '.'); dot >= 0 {
		// A dot in the last part of an import path is written "%2e": gopkg.in/yaml%2ev3.Unmarshal.
		owner, function = strings.ReplaceAll(name[:slash+1+dot], "%2e", "."), name[slash+dot+2:]
	}
	return newFrame(plainPackage(owner), plainGoFunction(function), file, number, goOrigin(owner, file))
}

var goPointerMarks = strings.NewReplacer("(*", "", ")", "", "(", "")

// plainGoFunction: (*Cache).Get.func1.2 is Cache.Get; type arguments and method values lose their marks.
func plainGoFunction(name string) string {
	text := name
	if strings.ContainsAny(text, "()") {
		text = goPointerMarks.Replace(text)
	}
	if generic := strings.IndexByte(text, '['); generic >= 0 {
		text = text[:generic] + text[strings.LastIndexByte(text, ']')+1:]
	}
	text = strings.TrimSuffix(text, "-fm")
	if strings.Contains(text, "-range") {
		parts := strings.Split(text, ".")
		for i, part := range parts {
			parts[i] = withoutRange(part)
		}
		text = strings.Join(parts, ".")
	}
	for {
		dot := strings.LastIndexByte(text, '.')
		if dot < 0 || !isClosure(text[dot+1:]) {
			return text
		}
		text = text[:dot]
	}
}

// withoutRange: the body of a loop over a function is one too, run-range1.
func withoutRange(part string) string {
	if at := strings.LastIndex(part, "-range"); at > 0 && isClosure(part[at+1:]) {
		return part[:at]
	}
	return part
}

func isClosure(part string) bool {
	rest := part
	for _, prefix := range [...]string{"func", "gowrap", "deferwrap", "range"} {
		if behind, ok := strings.CutPrefix(part, prefix); ok {
			rest = behind
		}
	}
	for i := range len(rest) {
		if !isDigit(rest[i]) && rest[i] != '-' {
			return false
		}
	}
	return rest != ""
}

// plainPackage is an import path without vendor folder and major version.
func plainPackage(owner string) string {
	path := owner
	if vendor := strings.LastIndex(path, "/vendor/"); vendor >= 0 {
		path = path[vendor+len("/vendor/"):]
	}
	if !strings.Contains(path, "v") {
		return path
	}
	kept := strings.Split(path, "/")
	kept = slices.DeleteFunc(kept, func(part string) bool { return byteAt(part, 0) == 'v' && isDigit(byteAt(part, 1)) })
	for i, part := range kept {
		if version := strings.LastIndex(part, ".v"); version > 0 && isDigit(byteAt(part, version+2)) {
			kept[i] = part[:version]
		}
	}
	return strings.Join(kept, "/")
}

func goOrigin(owner, file string) FrameOrigin {
	if owner == "main" {
		return OriginApp
	}
	if hasAnyPrefix(owner, goTracers) {
		return OriginRuntime
	}
	if strings.Contains(owner, "/vendor/") {
		return OriginLibrary
	}
	first, _, _ := strings.Cut(owner, "/")
	dotted := strings.Contains(first, ".")
	path := cleanPath(file)
	switch {
	case strings.Contains(path, "/go/src/") && !dotted:
		return OriginRuntime
	case strings.Contains(path, "/pkg/mod/") || strings.Contains(path, "/vendor/") || strings.Contains(path, "@v"):
		return OriginLibrary
	case hasAnyPrefix(owner, goLibrary):
		return OriginLibrary
	// Import paths of the standard library have no dot in their first part; a local module may have none either, then
	// its file lies outside a Go root.
	case dotted:
		return OriginApp
	case strings.Contains(path, "/src/runtime/") || strings.Contains(path, "/libexec/src/") ||
		!strings.HasPrefix(path, "/") || owner == "":
		return OriginRuntime
	}
	return OriginApp
}

func looksLikeGo(lines []string) bool {
	for i, line := range lines {
		if line == "" || startsBlank(line) {
			continue
		}
		if _, _, ok := goPlace(lines, i+1); ok {
			return true
		}
	}
	return false
}
