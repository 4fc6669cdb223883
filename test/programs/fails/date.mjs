try {
	new Date("x").toISOString();
} catch (error) {
	console.error("failed:", error);
}
