package orders;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.xml.parsers.DocumentBuilderFactory;

/** Errors of the JDK. All fail on this machine alone: refused loopback ports, files that are not there. */
final class Standard {
	/** The discard port: nothing listens there. */
	static final int REFUSED = 9;

	static List<Case> cases() {
		return List.of(
				Case.of("socket-refused", () -> new Socket("127.0.0.1", REFUSED)),
				Case.of("http-refused-without-text", Standard::askPrices),
				Case.of("host-unknown", () -> InetAddress.getByName("payments..shop.invalid")),
				Case.of("file-missing", () -> Files.readString(Path.of("/srv/orders/prices.csv"))),
				Case.of("socket-timeout", Standard::readSlowly),
				Case.of("null-pointer", Standard::nameOf),
				Case.of("class-cast", () -> (Integer) Map.<String, Object>of("id", "seven").get("id")),
				Case.of("index-out-of-bounds", () -> new int[] {1, 2}[two()]),
				Case.of("number-format", () -> Integer.parseInt("a dozen")),
				Case.of("date-parse", () -> LocalDate.parse("2026-13-45")),
				Case.of("concurrent-modification", Standard::removeWhileReading),
				Case.of("no-value", () -> Optional.empty().orElseThrow()),
				Case.of("class-not-found", () -> Class.forName("orders.plugin.Missing")),
				Case.of("execution-exception", () -> CompletableFuture.supplyAsync(Standard::total).get()),
				Case.of("timeout-without-text", () -> new CompletableFuture<>().get(50, TimeUnit.MILLISECONDS)),
				Case.of("xml-broken", Standard::parseFeed));
	}

	private static int two() {
		return 2;
	}

	private static Object askPrices() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + REFUSED + "/prices")).build();
		return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
	}

	private static Object readSlowly() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort())) {
			socket.setSoTimeout(50);
			return socket.getInputStream().read();
		}
	}

	private static Object nameOf() {
		String customer = Map.of("id", "7").get("customer");
		return customer.length();
	}

	private static Object removeWhileReading() {
		List<Integer> items = new ArrayList<>(List.of(1, 2, 3));
		for (Integer item : items) items.remove(item);
		return items;
	}

	private static int total() {
		throw new IllegalStateException("order 7 has no items");
	}

	private static Object parseFeed() throws Exception {
		byte[] feed = "<prices><price>7</prices>".getBytes();
		var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
		builder.setErrorHandler(null);
		return builder.parse(new ByteArrayInputStream(feed));
	}

	private Standard() {}
}
