/** Accounts are in SQLite, in the process. */
import { DatabaseSync } from "node:sqlite";
import { Router } from "express";

const database = new DatabaseSync(":memory:");
database.exec("CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT)");

const addresses = new Map([["1", { city: "Oslo" }]]);

function register(email, name) {
	return database.prepare("INSERT INTO users (email, name) VALUES (?, ?)").run(email, name);
}

function cityOf(user) {
	return addresses.get(user).city;
}

export const accounts = Router();

accounts.post("/users", (req, res) => {
	const { lastInsertRowid } = register(req.body.email, req.body.name);
	res.status(201).json({ id: lastInsertRowid });
});

accounts.get("/users/:id/city", (req, res) => {
	res.json({ city: cityOf(req.params.id) });
});
