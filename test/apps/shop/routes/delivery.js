/** What the shop asks other companies' services: shipping prices, recommendations, partner offers. */
import { Router } from "express";
import { Agent, interceptors, request } from "undici";
import { settings } from "../settings.js";

const strict = new Agent().compose(interceptors.responseError());

async function shippingPrice(zip) {
	const answer = await fetch(`${settings.shippingUrl}/price?zip=${zip}`);
	return await answer.json();
}

async function recommendationsFor(user) {
	const url = `${settings.recommendationsUrl}/for/${user}`;
	const { body } = await request(url, { headersTimeout: 300 });
	return await body.json();
}

async function partnerOffers(partner) {
	const { body } = await request(`${settings.partnersUrl}/offers/${partner}`, { dispatcher: strict });
	return await body.json();
}

export const delivery = Router();

delivery.get("/shipping/:zip", async (req, res) => {
	res.json(await shippingPrice(req.params.zip));
});

delivery.get("/recommendations/:user", async (req, res) => {
	res.json(await recommendationsFor(req.params.user));
});

delivery.get("/partners/:id/offers", async (req, res) => {
	res.json(await partnerOffers(req.params.id));
});
