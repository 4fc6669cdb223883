import { access } from "node:fs/promises";

console.log(
	await access("/no/such/file").then(
		() => true,
		() => false,
	),
);
