package catalog

// Java, Kotlin, Scala and Groovy: "Caused by:" chains, suppressed exceptions left out, generated classes and lambdas.

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// javaRuntime are the language's own packages, and instrumentation, which comes and goes without a change of the
// program.
var javaRuntime = rootsOf(`java. javax. jakarta. jdk. sun. com.sun. kotlin. kotlinx. scala. groovy. org.codehaus.groovy. clojure. dalvik.
android. androidx. com.android. io.opentelemetry. datadog. com.datadog. com.newrelic. co.elastic. io.sentry.`)

// javaLibrary are frameworks, drivers and clients whose code no application calls its own.
var javaLibrary = rootsOf(`org.springframework. org.apache. org.hibernate. org.eclipse. org.jboss. org.wildfly. org.glassfish. org.postgresql.
org.mariadb. org.h2. org.sqlite. org.mongodb. org.bson. org.elasticsearch. org.opensearch. org.redisson. org.neo4j.
org.jooq. org.flywaydb. org.quartz. org.slf4j. org.junit. org.mockito. org.assertj. org.testng. org.aspectj.
org.thymeleaf. org.jetbrains. org.yaml. org.xml. org.w3c. org.json. org.gradle. org.modelmapper. org.mapstruct.
org.mybatis. org.asynchttpclient. org.keycloak. org.bouncycastle. org.codehaus. org.objectweb. org.dom4j. org.camunda.
org.axonframework. org.drools. org.osgi. org.netbeans. io.netty. io.grpc. io.vertx. io.micrometer. io.micronaut.
io.quarkus. io.smallrye. io.ktor. io.undertow. io.lettuce. io.reactivex. io.projectreactor. io.prometheus.
io.jsonwebtoken. io.minio. io.swagger. io.temporal. io.kubernetes. io.fabric8. io.confluent. io.debezium. io.r2dbc.
io.github.resilience4j. io.helidon. io.javalin. io.dropwizard. reactor. rx. akka. play. cats. zio. okhttp3. okio.
retrofit2. feign. redis.clients. liquibase. freemarker. javassist. net.bytebuddy. net.sf. net.sourceforge.
net.schmizz. net.jodah. ch.qos. com.google. com.fasterxml. com.amazonaws. com.azure. com.microsoft. com.mysql.
com.mongodb. com.zaxxer. com.rabbitmq. com.netflix. com.squareup. com.hazelcast. com.datastax. com.github.benmanes.
com.github.dockerjava. com.lmax. com.codahale. com.ibm. com.oracle. com.sap. com.vaadin. com.typesafe. com.twitter.
com.facebook. com.alibaba. com.baomidou. com.clickhouse. com.stripe. com.twilio. com.auth0. com.nimbusds. com.jayway.
com.opencsv. com.itextpdf. com.couchbase. com.jcraft. com.launchdarkly. com.dynatrace. software.amazon. oracle.
weblogic. jersey. jnr. bsh. antlr. ognl. cglib.`)

// rootsOf gives prefixes by their first name, so that a class is compared with few of them.
func rootsOf(list string) map[string][]string {
	roots := make(map[string][]string)
	for prefix := range strings.FieldsSeq(list) {
		root := prefix[:strings.IndexByte(prefix, '.')]
		roots[root] = append(roots[root], prefix)
	}
	return roots
}

func parseJava(lines []string, known *lineMemory) []StackBlock {
	blocks := []StackBlock{openBlock(0)}
	var head []string
	skipFrom := -1
	closeHead := func() {
		if len(head) > 0 {
			fillJavaHead(&blocks[len(blocks)-1], head)
		}
		head = head[:0]
	}
	for i, line := range lines {
		if one, ok := known.javaFrame(i); ok && skipFrom < 0 {
			closeHead()
			addJava(blocks, *one, len(lines)-i, known)
			continue
		}
		text := trimSpace(line)
		if skipFrom >= 0 && (text == "" || indentOf(line) >= skipFrom) {
			continue
		}
		skipFrom = -1
		if strings.HasPrefix(text, "Suppressed: ") {
			closeHead()
			skipFrom = indentOf(line)
			continue
		}
		if one, ok := javaFrame(text); ok {
			closeHead()
			addJava(blocks, one, len(lines)-i, known)
		} else if cause, ok := strings.CutPrefix(text, "Caused by: "); ok {
			closeHead()
			if len(blocks) > LimitCauses {
				break
			}
			blocks = append(blocks, openBlock(len(blocks)))
			head = append(head, cause)
		} else if len(blocks[len(blocks)-1].Frames) == 0 && !strings.HasPrefix(text, "... ") {
			head = append(head, line)
		}
	}
	closeHead()
	return blocks
}

// addJava adds a frame to the last block; left is how many lines are left with it.
func addJava(blocks []StackBlock, one Frame, left int, known *lineMemory) {
	block := &blocks[len(blocks)-1]
	if len(blocks) == 1 && cap(block.Frames) == 0 {
		block.Frames = known.roomFor(min(left, LimitFrames))
	}
	block.add(one)
}

// indentOf is the number of blanks at the beginning of a line.
func indentOf(line string) int {
	return utf8.RuneCountInString(line[:len(line)-len(trimStart(line))])
}

func fillJavaHead(block *StackBlock, lines []string) {
	text := trimSpace(strings.Join(lines, "\n"))
	if rest, ok := strings.CutPrefix(text, `Exception in thread "`); ok {
		if _, head, ok := strings.Cut(rest, `" `); ok {
			text = head
		}
	}
	if head, ok := readClassHead(text); ok {
		block.Type, block.Message = head.class, head.message
		return
	}
	// org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 15; text
	block.Type, block.Message = "", text
	if class, _, ok := strings.Cut(text, "; lineNumber: "); ok {
		if head, ok := readClassHead(class); ok {
			block.Type, block.Message = head.class, text[len(class)+2:]
		}
	}
}

// javaFrame reads "at java.base/java.net.Socket.connect(Socket.java:633) ~[app.jar:1.2]".
func javaFrame(text string) (Frame, bool) {
	name, place, ok := javaParts(text)
	if !ok {
		return Frame{}, false
	}
	file, line := place, 0
	if colon := strings.LastIndexByte(place, ':'); colon >= 0 {
		file, line = place[:colon], numberAt(place, colon+1)
	}
	if strings.Contains(name, "$$Lambda") || file == "<generated>" {
		return newFrame("", "", file, line, OriginRuntime), true
	}
	name = name[strings.LastIndexByte(name, '/')+1:]
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		return Frame{}, false
	}
	owner, function := name[:dot], name[dot+1:]
	if at := strings.Index(owner, "$$anonfun$"); at > 0 {
		owner, function = owner[:at], owner[at+len("$$anonfun$"):]
	}
	if strings.HasPrefix(function, "access$") || strings.HasSuffix(function, "$default") || isGeneratedClass(owner) {
		return newFrame(owner, function, file, line, OriginRuntime), true
	}
	// Numbers between "$" move with every edit: lambda$fill$22 is fill, Foo$1 is Foo.
	function = strings.TrimPrefix(function, "lambda$")
	function = strings.TrimPrefix(function, "$anonfun$")
	return newFrame(plainClass(owner), withoutNumbers(function), file, line, javaOrigin(owner)), true
}

// javaParts splits a line "at name(place)".
func javaParts(text string) (name, place string, ok bool) {
	rest, ok := strings.CutPrefix(text, "at ")
	if !ok || longerThan(text, frameLine) {
		return "", "", false
	}
	name, rest, ok = strings.Cut(rest, "(")
	if !ok || strings.Contains(name, " ") || !strings.Contains(name, ".") {
		return "", "", false
	}
	place, _, ok = strings.Cut(rest, ")")
	return name, place, ok
}

// withoutNumbers is Foo$bar$2 without the parts that are empty or numbers.
func withoutNumbers(name string) string {
	if !strings.Contains(name, "$") {
		return name
	}
	parts := slices.DeleteFunc(strings.Split(name, "$"), func(part string) bool { return part == "" || allDigits(part) })
	return strings.Join(parts, "$")
}

// plainClass is a class without numbers that move; Groovy numbers its closures too: _run_closure2.
func plainClass(owner string) string {
	plain := withoutNumbers(owner)
	if !strings.Contains(plain, "closure") || !strings.Contains(owner, "$") {
		return plain
	}
	parts := strings.Split(plain, "$")
	for i, part := range parts {
		if end := strings.TrimRight(part, "0123456789"); strings.HasPrefix(part, "_") && strings.HasSuffix(end, "closure") {
			parts[i] = end
		}
	}
	return strings.Join(parts, "$")
}

// generatedMarks are of classes that compilers, Spring, Hibernate, ByteBuddy, Mockito, Quarkus and the JDK make up.
var generatedMarks = [...]string{
	"$$", ".$Proxy", "$HibernateProxy$", "$ByteBuddy$", "$MockitoMock$", "_ClientProxy", "_Subclass",
}

func isGeneratedClass(owner string) bool {
	for _, mark := range generatedMarks {
		if strings.Contains(owner, mark) {
			return true
		}
	}
	return false
}

func javaOrigin(owner string) FrameOrigin {
	root, _, ok := strings.Cut(owner, ".")
	switch {
	case !ok:
		return OriginApp
	case hasAnyPrefix(owner, javaRuntime[root]):
		return OriginRuntime
	case hasAnyPrefix(owner, javaLibrary[root]):
		return OriginLibrary
	}
	return OriginApp
}

// looksLikeJava: a frame of Java has no slash or blank before its parenthesis, and "File.ext:line" or a marker inside
// it.
func looksLikeJava(lines []string) bool {
	for _, line := range lines {
		text := trimSpace(line)
		if _, ok := javaFrame(text); !ok {
			continue
		}
		name, place, _ := javaParts(text)
		if strings.Contains(name, ")") {
			continue
		}
		switch place {
		case "Native Method", "Unknown Source", "<generated>":
			return true
		}
		for _, ending := range [...]string{".java", ".kt", ".scala", ".groovy", ".clj", "SourceFile"} {
			if strings.Contains(place, ending) {
				return true
			}
		}
	}
	return false
}
