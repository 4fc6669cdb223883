/** An order is checked, then charged. */
import { Router } from "express";
import { z } from "zod";
import { log } from "../log.js";
import { settings } from "../settings.js";

const Order = z.object({
	customer: z.email(),
	items: z.array(z.object({ sku: z.string(), pieces: z.number().int().positive() })).min(1),
});

async function charge(order) {
	const answer = await fetch(settings.paymentsUrl, { method: "POST", body: JSON.stringify(order) });
	return await answer.json();
}

export const checkout = Router();

checkout.post("/orders", (req, res) => {
	try {
		res.status(201).json(Order.parse(req.body));
	} catch (err) {
		log.error({ err, order: req.body.id }, "order refused");
		res.status(400).json({ error: "order is not valid" });
	}
});

checkout.post("/checkout", async (req, res) => {
	try {
		res.json(await charge(req.body));
	} catch (err) {
		console.error(err);
		res.status(502).json({ error: "payment is not possible at the moment" });
	}
});
