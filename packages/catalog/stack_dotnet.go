package catalog

// .NET: inner exceptions after "--->", async state machines, lambdas and local functions, localised keywords.

import "strings"

var (
	// dotnetRuntime are the language's own namespaces, and instrumentation.
	dotnetRuntime = words("System Mono Interop OpenTelemetry Datadog NewRelic Sentry")
	// dotnetLibrary are first names of the namespaces of frameworks, drivers and clients.
	dotnetLibrary = words(`Microsoft MS Newtonsoft Npgsql MySql MySqlConnector Dapper StackExchange Grpc Polly Serilog NLog log4net MongoDB
RabbitMQ Azure Amazon Google AutoMapper MediatR FluentValidation Castle Autofac Hangfire Quartz MassTransit Confluent
Elastic Elasticsearch Nest Swashbuckle Xunit NUnit Moq Pomelo EntityFramework Oracle Discord NServiceBus Orleans Akka
RestSharp Refit Duende IdentityServer4 ServiceStack Nito Humanizer NodaTime Topshelf Rebus Marten Wolverine Carter
FastEndpoints HotChocolate GraphQL Unity Ninject StructureMap FSharp Stripe Twilio SendGrid CsvHelper HtmlAgilityPack
IdentityModel Ocelot Yarp Volo UnityEngine Avalonia Xamarin`)
	// dotnetAt is "at" in the languages of the runtime, for a first frame that lost its indentation.
	dotnetAt = words("at bei à in en em в w vid v")
)

type dotnetParser struct {
	blocks []StackBlock
	// open are the indexes of the blocks whose frames are still to come, outermost first.
	open     []int
	heads    []string
	sawFrame bool
}

func parseDotnet(lines []string) []StackBlock {
	var p dotnetParser
	for _, line := range lines {
		if !p.line(line) {
			break
		}
	}
	p.closeHeads()
	return p.blocks
}

// line reads one line; false if nothing behind it counts.
func (p *dotnetParser) line(line string) bool {
	text := trimSpace(line)
	if strings.HasPrefix(text, "--- ") {
		// "--- End of inner exception stack trace ---" in any language; the other rule names a previous location.
		if len(p.open) > 0 && containsAny(text, "inner", "internen", "interna", "interne") {
			p.open = p.open[:len(p.open)-1]
		}
		return true
	}
	one, ok := dotnetFrame(line, text)
	switch {
	case ok:
		p.closeHeads()
		if len(p.open) == 0 {
			p.begin(openBlock(0))
		}
		p.sawFrame = true
		p.blocks[p.open[len(p.open)-1]].add(one)
	case p.sawFrame:
		// "---> (Inner Exception #1)": members of an AggregateException after the first say little more.
		return !strings.HasPrefix(text, "---> ")
	default:
		p.heads = append(p.heads, line)
	}
	return true
}

func (p *dotnetParser) begin(block StackBlock) {
	p.open = append(p.open, len(p.blocks))
	p.blocks = append(p.blocks, block)
}

func (p *dotnetParser) closeHeads() {
	text := strings.Join(p.heads, "\n")
	p.heads = p.heads[:0]
	for part := range strings.SplitSeq(text, "---> ") {
		head := trimSpace(part)
		if len(p.blocks) > LimitCauses || head == "" {
			continue
		}
		block := openBlock(len(p.open))
		fillDotnetHead(&block, head)
		p.begin(block)
	}
}

func containsAny(text string, parts ...string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func fillDotnetHead(block *StackBlock, text string) {
	text = strings.TrimPrefix(text, "Unhandled exception. ")
	text = strings.TrimPrefix(text, "Unhandled Exception: ")
	block.Message = text
	if head, ok := readClassHead(text); ok {
		block.Type, block.Message, block.Code = head.class, head.message, head.code
	}
}

// dotnetFrame reads "   at Ns.Type.Method[T](Args) in file:line N"; "at" and "in" may be in another language. text is
// the trimmed line.
func dotnetFrame(line, text string) (Frame, bool) {
	if longerThan(line, frameLine) {
		return Frame{}, false
	}
	word, rest, ok := strings.Cut(text, " ")
	if !ok || word == "" || longerThan(word, 6) {
		return Frame{}, false
	}
	if !strings.HasPrefix(line, "   ") && !strings.HasPrefix(line, "\t") && !in(dotnetAt, word) {
		return Frame{}, false
	}
	name, rest, ok := strings.Cut(rest, "(")
	dotted := strings.Contains(name, ".")
	if generic := strings.IndexByte(name, '['); generic > 0 {
		name = name[:generic] + name[strings.LastIndexByte(name, ']')+1:]
	}
	// What an expression tree was compiled to has no type.
	if ok && strings.HasPrefix(name, "lambda_method") && !strings.Contains(name, " ") {
		return newFrame("", "", "", 0, OriginRuntime), true
	}
	if !ok || strings.Contains(name, " ") || !dotted {
		return Frame{}, false
	}
	file, number := "", 0
	if _, place, ok := strings.Cut(rest, ")"); ok {
		file, number = dotnetPlace(trimSpace(place))
	}
	owner, function := plainMember(name)
	return newFrame(owner, function, file, number, dotnetOrigin(owner, file)), true
}

// dotnetPlace reads "in file:line N".
func dotnetPlace(text string) (file string, number int) {
	word := strings.IndexByte(text, ' ')
	colon := strings.LastIndexByte(text, ':')
	if word <= 0 || colon <= word {
		return "", 0
	}
	digits := strings.TrimLeftFunc(text[colon+1:], func(r rune) bool { return r < '0' || r > '9' })
	return trimSpace(text[word+1 : colon]), numberAt(digits, 0)
}

// plainMember: A.B.<RunAsync>d__12.MoveNext is A.B and RunAsync; so are lambdas and local functions of RunAsync.
func plainMember(name string) (owner, function string) {
	dot := strings.LastIndexByte(name, '.')
	ctor := strings.HasSuffix(name, "..ctor") || strings.HasSuffix(name, "..cctor")
	if ctor {
		dot = strings.LastIndex(name, "..")
	}
	owner, function = name[:max(dot, 0)], name[dot+1:]
	if ctor {
		function = "ctor"
	}
	// Repo<T>.Get is written by some printers; names that the compiler makes begin with the bracket.
	if angle := madeName(name); angle > 0 {
		owner = name[:angle]
		if named := angleName(name[angle:]); named != "" {
			function = named
		}
	}
	owner = strings.TrimRight(owner, ".+")
	if !strings.ContainsAny(owner, "`<") {
		return owner, function
	}
	parts := strings.Split(owner, ".")
	for i, part := range parts {
		if mark := strings.IndexAny(part, "`<"); mark > 0 {
			parts[i] = part[:mark]
		}
	}
	return strings.Join(parts, "."), function
}

// madeName is where the first "<" stands that begins a part of the name; -1 if there is none.
func madeName(name string) int {
	for at := strings.IndexByte(name, '<'); at >= 0; {
		if at == 0 || name[at-1] == '.' || name[at-1] == '+' {
			return at
		}
		next := strings.IndexByte(name[at+1:], '<')
		if next < 0 {
			break
		}
		at += 1 + next
	}
	return -1
}

// angleName is the first named part in angle brackets, which is the source method; "" if there is none.
func angleName(text string) string {
	for at := 0; at >= 0; {
		end := strings.IndexByte(text[at:], '>')
		if end < 0 {
			return ""
		}
		if inner := text[at+1 : at+end]; inner != "" && !strings.Contains(inner, "<") {
			return inner
		}
		next := strings.IndexByte(text[at+1:], '<')
		if next < 0 {
			return ""
		}
		at += 1 + next
	}
	return ""
}

func dotnetOrigin(owner, file string) FrameOrigin {
	root, _, ok := strings.Cut(owner, ".")
	switch {
	case ok && in(dotnetRuntime, root), strings.HasPrefix(owner, "Microsoft.CSharp."):
		return OriginRuntime
	case ok && in(dotnetLibrary, root):
		return OriginLibrary
	// Deterministic builds of packages name their sources "/_/...".
	case strings.HasPrefix(cleanPath(file), "/_/"):
		return OriginLibrary
	}
	return OriginApp
}

func looksLikeDotnet(lines []string) bool {
	for _, line := range lines {
		if strings.HasPrefix(line, "   at ") {
			if _, ok := dotnetFrame(line, trimSpace(line)); ok {
				return true
			}
		}
	}
	return false
}
