/** Invoices come from disk; a supplier's price list arrives as text. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import express, { Router } from "express";
import { log } from "../log.js";
import { settings } from "../settings.js";

async function invoice(id) {
	return await readFile(path.join(settings.documents, `invoice-${id}.pdf`));
}

function readPriceList(text) {
	return JSON.parse(text).prices;
}

export const documents = Router();

documents.get("/invoices/:id", async (req, res) => {
	res.type("pdf").send(await invoice(req.params.id));
});

documents.post("/price-list", express.text({ type: "*/*" }), (req, res) => {
	try {
		res.json({ prices: readPriceList(req.body).length });
	} catch (err) {
		log.error(err);
		res.status(422).json({ error: "price list cannot be read" });
	}
});
