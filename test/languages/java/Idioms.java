package orders;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import orders.Case.Report;

/** The ways in which Java programs wrap, suppress and report errors. */
final class Idioms {
	static final class PricesUnavailableException extends RuntimeException {
		PricesUnavailableException(String message, Throwable cause) {
			super(message, cause);
		}
	}

	/** Fails in its body and again when it is closed. */
	record Import(String name) implements AutoCloseable {
		void run() throws IOException {
			Files.readString(Path.of("/srv/orders", name));
		}

		@Override
		public void close() {
			throw new IllegalStateException("import " + name + " was not finished");
		}
	}

	static List<Case> cases() {
		return List.of(
				Case.of("caused-by", Idioms::loadPrices),
				Case.of("nested-class", Idioms::loadStock),
				Case.of("suppressed", Idioms::importStock),
				new Case("warning", Report.WARNING, Idioms::reach),
				new Case("plain-text", Report.TEXT, Idioms::reach),
				new Case("json-line", Report.JSON, Idioms::reach),
				new Case("java-util-logging", Report.JUL, Idioms::reach),
				new Case("span-only", Report.SPAN, Idioms::reach),
				new Case("log-and-span", Report.BOTH, Idioms::reach));
	}

	private static Object reach() throws IOException {
		return new Socket("127.0.0.1", Standard.REFUSED);
	}

	private static Object loadPrices() {
		try {
			return Files.readString(Path.of("/srv/orders/prices.csv"));
		} catch (IOException e) {
			throw new UncheckedIOException(e);
		}
	}

	private static Object loadStock() {
		try {
			return reach();
		} catch (IOException e) {
			throw new PricesUnavailableException("prices cannot be loaded", e);
		}
	}

	private static Object importStock() throws IOException {
		try (Import stock = new Import("stock.csv")) {
			stock.run();
			return stock;
		}
	}

	private Idioms() {}
}
