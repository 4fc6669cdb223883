/** Products live in PostgreSQL, their reviews in MongoDB, the stock in the old MySQL. */
import { Router } from "express";
import { MongoClient } from "mongodb";
import mysql from "mysql2/promise";
import pg from "pg";
import { settings } from "../settings.js";

const database = new pg.Pool({ connectionString: settings.databaseUrl });
const mongo = new MongoClient(settings.mongoUrl, { serverSelectionTimeoutMS: 1500 });
const stock = mysql.createPool({ host: "127.0.0.1", port: settings.mysqlPort, user: "stock", database: "stock" });

async function findProduct(id) {
	const { rows } = await database.query("SELECT id, name, price FROM products WHERE id = $1", [id]);
	return rows[0];
}

async function findReviews(product) {
	await mongo.connect();
	return await mongo.db().collection("reviews").find({ product }).limit(20).toArray();
}

async function countStock(product) {
	const [rows] = await stock.query("SELECT SUM(pieces) AS pieces FROM stock WHERE product = ?", [product]);
	return rows[0].pieces;
}

export const products = Router();

products.get("/products/:id", async (req, res) => {
	res.json(await findProduct(req.params.id));
});

products.get("/products/:id/reviews", async (req, res) => {
	res.json(await findReviews(req.params.id));
});

products.get("/products/:id/stock", async (req, res) => {
	res.json({ pieces: await countStock(req.params.id) });
});
