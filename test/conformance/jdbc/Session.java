import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A session through ClickHouse's JDBC driver, as a tool like DBeaver or a Java service has it. Prints what it saw, one line
 * per check: name, tab, value. What is right is the test's that runs it.
 */
public final class Session {
    private interface Check {
        Object run() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        String url = arguments[0];
        for (String compress : new String[] {"true", "false"}) {
            Properties properties = new Properties();
            properties.setProperty("user", "default");
            properties.setProperty("password", "");
            properties.setProperty("compress", compress);
            properties.setProperty("decompress", compress);
            try (Connection connection = DriverManager.getConnection(url, properties)) {
                session(connection, compress.equals("true") ? "packed" : "plain");
            }
        }
    }

    private static void session(Connection connection, String mode) throws Exception {
        String table = "jdbc_" + mode;
        DatabaseMetaData meta = connection.getMetaData();
        say(mode, "product", () -> meta.getDatabaseProductName() + " " + meta.getDatabaseMajorVersion());
        say(mode, "valid", () -> connection.isValid(5));
        say(mode, "tables", () -> column(meta.getTables(null, "default", "otel_%", null), "TABLE_NAME"));
        say(mode, "columns", () -> column(meta.getColumns(null, "default", "otel_logs", "Time%"), "TYPE_NAME"));
        say(mode, "schemas", () -> column(meta.getSchemas(), "TABLE_SCHEM").contains("default"));
        say(mode, "insert", () -> insert(connection, table));
        say(mode, "stored", () -> stored(connection, table));
        say(mode, "types", () -> types(connection));
        say(mode, "parameters", () -> parameters(connection));
        say(mode, "large answer", () -> largeAnswer(connection));
        say(mode, "unknown table", () -> failure(connection, "SELECT * FROM nowhere"));
        say(mode, "syntax error", () -> failure(connection, "SELECT FROM WHERE"));
        say(mode, "failure after rows", () -> failure(connection, "SELECT throwIf(number = 3000000, 'late') FROM numbers(4000000)"));
        say(mode, "timeout", () -> failure(connection, "SELECT sleepEachRow(1) FROM numbers(3) SETTINGS max_execution_time = 1, max_block_size = 1"));
        say(mode, "after failures", () -> connection.isValid(5));
    }

    private static void say(String mode, String name, Check check) {
        Object value;
        try {
            value = check.run();
        } catch (Exception error) {
            value = error.getClass().getSimpleName() + ": " + String.valueOf(error.getMessage()).lines().findFirst().orElse("");
        }
        System.out.println(mode + " " + name + "\t" + value);
    }

    private static List<String> column(ResultSet rows, String name) throws SQLException {
        List<String> values = new ArrayList<>();
        while (rows.next()) values.add(rows.getString(name));
        rows.close();
        return values;
    }

    private static Object insert(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE " + table + " (id UInt32, text String, at DateTime64(9), maybe Nullable(Int64)) ENGINE = MergeTree ORDER BY id");
        }
        int sum = 0;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table + " (id, text, at, maybe) VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < 2_000; i++) {
                insert.setInt(1, i);
                insert.setString(2, "quotes ' \" \\ and\nlines é 💥 " + i);
                insert.setTimestamp(3, Timestamp.from(Instant.ofEpochSecond(1_790_000_000L, 123_456_789)));
                if (i % 2 == 0) insert.setNull(4, java.sql.Types.BIGINT);
                else insert.setLong(4, Long.MIN_VALUE);
                insert.addBatch();
            }
            for (int n : insert.executeBatch()) sum += n;
        }
        return sum;
    }

    private static Object stored(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT count() AS n, uniqExact(text) AS texts, countIf(text = concat('quotes \\' \" \\\\ and\\nlines é 💥 ', toString(id))) AS exact, countIf(maybe IS NULL) AS nulls, any(at) AS at, min(maybe) AS lowest FROM " + table)) {
            rows.next();
            return List.of(rows.getLong("n"), rows.getLong("texts"), rows.getLong("exact"), rows.getLong("nulls"), rows.getTimestamp("at").toInstant(), rows.getLong("lowest"));
        }
    }

    private static Object types(Connection connection) throws SQLException {
        String query = "SELECT toUInt64('18446744073709551615') AS big, map('a', 'b') AS attributes, [1, 2]::Array(UInt8) AS list, toLowCardinality('x') AS name, CAST(NULL AS Nullable(String)) AS none, toUUID('0af76519-16cd-43dd-8448-eb211c80319c') AS id, toDateTime64('2026-11-24 10:00:00.123456789', 9, 'UTC') AS at";
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            ResultSetMetaData meta = rows.getMetaData();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= meta.getColumnCount(); i++) names.add(meta.getColumnTypeName(i));
            rows.next();
            return List.of(names, rows.getString("big"), ((Map<?, ?>) rows.getObject("attributes")), rows.getString("name"), String.valueOf(rows.getString("none")), rows.getString("id"), rows.getTimestamp("at").toInstant());
        }
    }

    private static Object parameters(Connection connection) throws SQLException {
        String hostile = "'; DROP TABLE otel_logs; -- \\ \n é 💥";
        try (PreparedStatement select = connection.prepareStatement("SELECT ? AS text, ? AS n")) {
            select.setString(1, hostile);
            select.setInt(2, 7);
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return List.of(rows.getString("text").equals(hostile), rows.getInt("n"));
            }
        }
    }

    private static Object largeAnswer(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
            ResultSet rows = statement.executeQuery("SELECT number, toString(number) AS text FROM numbers(300000)")) {
            long count = 0;
            String last = "";
            while (rows.next()) {
                count++;
                last = rows.getString("text");
            }
            return List.of(count, last);
        }
    }

    private static Object failure(Connection connection, String query) {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) rows.getString(1);
            return "no error";
        } catch (SQLException error) {
            return error.getErrorCode();
        } catch (RuntimeException error) {
            return error.getClass().getSimpleName() + ": " + error.getMessage();
        }
    }
}
