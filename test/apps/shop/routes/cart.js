/** Carts and sessions live in two Redis servers; without a session a visitor is anonymous. */
import { Router } from "express";
import { Redis } from "ioredis";
import { log } from "../log.js";
import { settings } from "../settings.js";

const carts = new Redis(settings.cartRedis, { lazyConnect: true, maxRetriesPerRequest: 0 });
carts.on("error", (err) => log.error({ err }, "cart store"));

const sessions = new Redis({ host: settings.sessionHost, lazyConnect: true, maxRetriesPerRequest: 0 });
sessions.on("error", (err) => log.error({ err }, "session store"));

async function sessionOf(id) {
	try {
		return JSON.parse(await sessions.get(`session:${id}`));
	} catch {
		return { user: "anonymous" };
	}
}

async function cartOf(user) {
	return await carts.hgetall(`cart:${user}`);
}

export const cart = Router();

cart.get("/session/:id", async (req, res) => {
	res.json(await sessionOf(req.params.id));
});

cart.get("/cart/:user", async (req, res) => {
	res.json(await cartOf(req.params.user));
});
