import mysql from "mysql2/promise";

try {
	await mysql.createConnection({ host: "127.0.0.1", port: 1 });
} catch (error) {
	console.error("failed:", error);
}
