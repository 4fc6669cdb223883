/** The back office answers its errors itself and writes no log: only a trace can tell of them. */
import { Router } from "express";

const categories = new Map([
	["tools", "garden"],
	["garden", "outdoor"],
	["outdoor", "tools"],
]);

function pathOf(category) {
	const parent = categories.get(category);
	return parent === undefined ? category : `${pathOf(parent)} / ${category}`;
}

export const admin = Router();

admin.get("/categories/:name", (req, res) => {
	res.json({ path: pathOf(req.params.name) });
});

admin.use((err, _req, res, _next) => {
	res.status(500).json({ error: err.name });
});
