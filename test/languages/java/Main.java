package orders;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fails in every way of the cases, tells of it as services do, and says ordinary things in between. */
public final class Main {
	private static final Logger log = LoggerFactory.getLogger("orders");
	private static final Tracer tracer = GlobalOpenTelemetry.getTracer("orders");

	public static void main(String[] args) {
		java.util.logging.Logger.getLogger("").removeHandler(java.util.logging.Logger.getLogger("").getHandlers()[0]);
		inSpan("ordinary", Main::ordinary);
		Stream.of(Standard.cases(), Libraries.cases(), Idioms.cases()).flatMap(List::stream)
				.forEach(one -> inSpan(one.name(), () -> handle(one)));
	}

	private static void inSpan(String name, Runnable work) {
		Span span = tracer.spanBuilder(name).setNoParent().startSpan();
		try (Scope scope = span.makeCurrent()) {
			work.run();
		} finally {
			span.end();
		}
	}

	private static void ordinary() {
		log.debug("cache is warm");
		log.info("order {} placed, error budget is fine", 7);
		log.warn("price list is 3 days old");
	}

	private static void handle(Case one) {
		try {
			one.work().run();
		} catch (Throwable error) {
			report(one, error);
		}
	}

	private static void report(Case one, Throwable error) {
		switch (one.report()) {
			case ERROR -> log.error("cannot do {}", one.name(), error);
			case WARNING -> log.warn("will try again", error);
			case TEXT -> log.error("cannot reach billing: " + error.getMessage());
			case JSON -> log.error(json(error));
			case JUL -> java.util.logging.Logger.getLogger("orders").log(Level.SEVERE, "cannot reach mail", error);
			case SPAN -> Span.current().recordException(error);
			case BOTH -> {
				log.error("cannot reach search", error);
				Span.current().recordException(error);
			}
		}
	}

	/** What logstash's encoder writes. */
	private static String json(Throwable error) {
		StringWriter stack = new StringWriter();
		error.printStackTrace(new PrintWriter(stack));
		try {
			return new ObjectMapper().writeValueAsString(
					Map.of("message", "mail was not sent", "level", "ERROR", "stack_trace", stack.toString()));
		} catch (JsonProcessingException e) {
			throw new IllegalStateException(e);
		}
	}

	private Main() {}
}
