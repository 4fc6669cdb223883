/** Java, Kotlin, Scala and Groovy: `Caused by:` chains, suppressed exceptions left out, generated classes and lambdas. */

import { type Frame, type FrameOrigin, frame, type OpenBlock, openBlock, type StackBlock } from "../frame.ts";
import { LIMITS } from "../limits.ts";
import { isDigit } from "./ascii.ts";
import { classHead, FRAME_LINE, numberAt } from "./head.ts";

/** The language's own packages, and instrumentation, which comes and goes without a change of the program. */
const RUNTIME =
	"java. javax. jakarta. jdk. sun. com.sun. kotlin. kotlinx. scala. groovy. org.codehaus.groovy. clojure. dalvik. android. androidx. com.android. io.opentelemetry. datadog. com.datadog. com.newrelic. co.elastic. io.sentry.".split(
		" ",
	);
/** Frameworks, drivers and clients whose code no application calls its own. */
const LIBRARY =
	"org.springframework. org.apache. org.hibernate. org.eclipse. org.jboss. org.wildfly. org.glassfish. org.postgresql. org.mariadb. org.h2. org.sqlite. org.mongodb. org.bson. org.elasticsearch. org.opensearch. org.redisson. org.neo4j. org.jooq. org.flywaydb. org.quartz. org.slf4j. org.junit. org.mockito. org.assertj. org.testng. org.aspectj. org.thymeleaf. org.jetbrains. org.yaml. org.xml. org.w3c. org.json. org.gradle. org.modelmapper. org.mapstruct. org.mybatis. org.asynchttpclient. org.keycloak. org.bouncycastle. org.codehaus. org.objectweb. org.dom4j. org.camunda. org.axonframework. org.drools. org.osgi. org.netbeans. io.netty. io.grpc. io.vertx. io.micrometer. io.micronaut. io.quarkus. io.smallrye. io.ktor. io.undertow. io.lettuce. io.reactivex. io.projectreactor. io.prometheus. io.jsonwebtoken. io.minio. io.swagger. io.temporal. io.kubernetes. io.fabric8. io.confluent. io.debezium. io.r2dbc. io.github.resilience4j. io.helidon. io.javalin. io.dropwizard. reactor. rx. akka. play. cats. zio. okhttp3. okio. retrofit2. feign. redis.clients. liquibase. freemarker. javassist. net.bytebuddy. net.sf. net.sourceforge. net.schmizz. net.jodah. ch.qos. com.google. com.fasterxml. com.amazonaws. com.azure. com.microsoft. com.mysql. com.mongodb. com.zaxxer. com.rabbitmq. com.netflix. com.squareup. com.hazelcast. com.datastax. com.github.benmanes. com.github.dockerjava. com.lmax. com.codahale. com.ibm. com.oracle. com.sap. com.vaadin. com.typesafe. com.twitter. com.facebook. com.alibaba. com.baomidou. com.clickhouse. com.stripe. com.twilio. com.auth0. com.nimbusds. com.jayway. com.opencsv. com.itextpdf. com.couchbase. com.jcraft. com.launchdarkly. com.dynatrace. software.amazon. oracle. weblogic. jersey. jnr. bsh. antlr. ognl. cglib.".split(
		" ",
	);
const LIBRARY_ROOTS = rootsOf(LIBRARY);
const RUNTIME_ROOTS = rootsOf(RUNTIME);

/** Prefixes by their first name, so that a class is compared with few of them. */
function rootsOf(prefixes: readonly string[]): ReadonlyMap<string, readonly string[]> {
	const map = new Map<string, string[]>();
	for (const prefix of prefixes) {
		const root = prefix.slice(0, prefix.indexOf("."));
		const list = map.get(root);
		if (list === undefined) map.set(root, [prefix]);
		else list.push(prefix);
	}
	return map;
}

export function parseJava(lines: readonly string[]): StackBlock[] {
	const blocks: OpenBlock[] = [];
	let block = openBlock(0);
	blocks.push(block);
	let head: string[] = [];
	let skipFrom = -1;
	const close = (): void => {
		if (head.length > 0) fillHead(block, head);
		head = [];
	};
	for (const line of lines) {
		const text = line.trim();
		const indent = line.length - line.trimStart().length;
		if (skipFrom >= 0 && (indent >= skipFrom || text === "")) continue;
		skipFrom = -1;
		if (text.startsWith("Suppressed: ")) {
			close();
			skipFrom = indent;
			continue;
		}
		const parsed = text.startsWith("at ") ? javaFrame(text) : undefined;
		if (parsed !== undefined) {
			close();
			if (block.frames.length < LIMITS.frames) block.frames.push(parsed);
		} else if (text.startsWith("Caused by: ")) {
			close();
			if (blocks.length > LIMITS.causes) break;
			block = openBlock(blocks.length);
			blocks.push(block);
			head.push(text.slice(11));
		} else if (block.frames.length === 0 && !text.startsWith("... ")) head.push(line);
	}
	close();
	return blocks;
}

function fillHead(block: OpenBlock, lines: readonly string[]): void {
	let text = lines.join("\n").trim();
	if (text.startsWith('Exception in thread "')) {
		const end = text.indexOf('" ', 21);
		if (end > 0) text = text.slice(end + 2);
	}
	const parsed = classHead(text);
	if (parsed !== undefined) {
		block.type = parsed.type;
		block.message = parsed.message;
		return;
	}
	// `org.xml.sax.SAXParseException; lineNumber: 1; columnNumber: 15; text`
	const semicolon = text.indexOf("; lineNumber: ");
	const inner = semicolon > 0 ? classHead(text.slice(0, semicolon)) : undefined;
	block.type = inner?.type ?? "";
	block.message = inner === undefined ? text : text.slice(semicolon + 2);
}

/** `at java.base/java.net.Socket.connect(Socket.java:633) ~[app.jar:1.2]` */
function javaFrame(text: string): Frame | undefined {
	if (text.length > FRAME_LINE) return undefined;
	const open = text.indexOf("(");
	const close = text.indexOf(")", open);
	if (open < 0 || close < 0) return undefined;
	let name = text.slice(3, open);
	if (name.includes(" ") || !name.includes(".")) return undefined;
	const place = text.slice(open + 1, close);
	const colon = place.lastIndexOf(":");
	const file = colon < 0 ? place : place.slice(0, colon);
	const line = colon < 0 ? 0 : numberAt(place, colon + 1);
	if (name.includes("$$Lambda") || file === "<generated>") return frame("", "", file, line, "runtime");
	const slash = name.lastIndexOf("/");
	if (slash >= 0) name = name.slice(slash + 1);
	const dot = name.lastIndexOf(".");
	if (dot <= 0) return undefined;
	let owner = name.slice(0, dot);
	let fn = name.slice(dot + 1);
	const anonfun = owner.indexOf("$$anonfun$");
	if (anonfun > 0) {
		fn = owner.slice(anonfun + 10);
		owner = owner.slice(0, anonfun);
	}
	if (fn.startsWith("access$") || fn.endsWith("$default") || GENERATED.some((mark) => owner.includes(mark)))
		return frame(owner, fn, file, line, "runtime");
	return frame(plainClass(owner), plainMethod(fn), file, line, javaOrigin(owner));
}

/** Marks of classes that compilers, Spring, Hibernate, ByteBuddy, Mockito, Quarkus and the JDK make up. */
const GENERATED = ["$$", ".$Proxy", "$HibernateProxy$", "$ByteBuddy$", "$MockitoMock$", "_ClientProxy", "_Subclass"];

/** `Foo$1` and `Foo$bar$2` without the numbers, which move with every edit. */
function plainClass(owner: string): string {
	if (!owner.includes("$")) return owner;
	return owner
		.split("$")
		.filter((part) => part !== "" && !allDigits(part))
		.map(plainClosure)
		.join("$");
}

/** Groovy numbers its closures: `_run_closure2`. */
function plainClosure(part: string): string {
	if (!part.startsWith("_")) return part;
	let end = part.length;
	while (end > 0 && isDigit(part.charCodeAt(end - 1))) end--;
	return part.slice(0, end).endsWith("closure") ? part.slice(0, end) : part;
}

/** `lambda$fill$22` is `fill`, `$anonfun$run$1` is `run`, `copy$default$2` is `copy$default`. */
function plainMethod(fn: string): string {
	let text = fn;
	for (const prefix of ["lambda$", "$anonfun$"]) if (text.startsWith(prefix)) text = text.slice(prefix.length);
	if (!text.includes("$")) return text;
	return text
		.split("$")
		.filter((part) => part !== "" && !allDigits(part))
		.join("$");
}

function allDigits(text: string): boolean {
	for (let i = 0; i < text.length; i++) if (!isDigit(text.charCodeAt(i))) return false;
	return text.length > 0;
}

function javaOrigin(owner: string): FrameOrigin {
	const dot = owner.indexOf(".");
	if (dot < 0) return "app";
	const root = owner.slice(0, dot);
	if (RUNTIME_ROOTS.get(root)?.some((prefix) => owner.startsWith(prefix))) return "runtime";
	if (LIBRARY_ROOTS.get(root)?.some((prefix) => owner.startsWith(prefix))) return "library";
	return "app";
}

/** A frame of Java has no slash or blank before its parenthesis, and `File.ext:line` or a marker inside it. */
export function looksLikeJava(lines: readonly string[]): boolean {
	return lines.some((line) => {
		const text = line.trim();
		if (!text.startsWith("at ") || javaFrame(text) === undefined) return false;
		const place = text.slice(text.indexOf("(") + 1, text.indexOf(")"));
		return (
			place === "Native Method" ||
			place === "Unknown Source" ||
			place === "<generated>" ||
			[".java", ".kt", ".scala", ".groovy", ".clj", "SourceFile"].some((ending) => place.includes(ending))
		);
	});
}
