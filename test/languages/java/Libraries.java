package orders;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.yaml.snakeyaml.Yaml;
import redis.clients.jedis.Jedis;

/** Errors of third-party libraries, again without any service outside of this process. */
final class Libraries {
	record Order(int id, int quantity) {}

	static List<Case> cases() {
		return List.of(
				Case.of("jackson-broken", () -> new ObjectMapper().readTree("{\"items\": [1, 2")),
				Case.of("jackson-mismatch", () -> new ObjectMapper().readValue("{\"id\": \"seven\"}", Order.class)),
				Case.of("h2-unique", Libraries::insertTwice),
				Case.of("h2-no-table", Libraries::listInvoices),
				Case.of("hikari-timeout", Libraries::exhaustPool),
				Case.of("yaml-broken", () -> new Yaml().load("rules: [a, b\nlimit: 3")),
				Case.of("jedis-refused", Libraries::readCache),
				Case.of("postgres-refused", () -> DriverManager.getConnection("jdbc:postgresql://127.0.0.1:9/orders", "orders", "")));
	}

	private static Connection orders() throws SQLException {
		return DriverManager.getConnection("jdbc:h2:mem:");
	}

	private static Object insertTwice() throws SQLException {
		try (Connection connection = orders(); var statement = connection.createStatement()) {
			statement.execute("CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(80) UNIQUE)");
			statement.execute("INSERT INTO customers VALUES (1, 'ada@example.com')");
			return statement.execute("INSERT INTO customers VALUES (2, 'ada@example.com')");
		}
	}

	private static Object listInvoices() throws SQLException {
		try (Connection connection = orders(); var statement = connection.prepareStatement("SELECT id FROM invoices")) {
			return statement.executeQuery();
		}
	}

	private static Object exhaustPool() throws SQLException {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl("jdbc:h2:mem:pool");
		config.setPoolName("orders-pool");
		config.setMaximumPoolSize(1);
		config.setConnectionTimeout(250);
		try (HikariDataSource pool = new HikariDataSource(config); Connection first = pool.getConnection()) {
			return pool.getConnection();
		}
	}

	private static Object readCache() {
		try (Jedis redis = new Jedis("127.0.0.1", Standard.REFUSED)) {
			return redis.get("cart:7");
		}
	}

	private Libraries() {}
}
