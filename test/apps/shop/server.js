/** An ordinary Express 5 shop. It has never heard of errata. */
import express from "express";
import { log } from "./log.js";
import { accounts } from "./routes/accounts.js";
import { admin } from "./routes/admin.js";
import { cart } from "./routes/cart.js";
import { checkout } from "./routes/checkout.js";
import { delivery } from "./routes/delivery.js";
import { documents } from "./routes/documents.js";
import { products } from "./routes/products.js";
import { settings } from "./settings.js";

const app = express();
app.use(express.json());
app.get("/health", (_req, res) => res.json({ ok: true }));
app.use("/admin", admin);
app.use(accounts, cart, checkout, delivery, documents, products);

app.use((err, req, res, _next) => {
	const status = err.status ?? err.statusCode ?? 500;
	log.error({ err, method: req.method, path: req.path, status }, "request failed");
	res.status(status).json({ error: err.message });
});

const server = app.listen(settings.port, "127.0.0.1", () => {
	log.info({ port: server.address().port }, "shop is listening");
});

process.on("SIGTERM", () => {
	log.info("shop stops");
	server.close(() => process.exit(0));
	server.closeAllConnections();
});
