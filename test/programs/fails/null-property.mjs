try {
	null.x;
} catch (error) {
	console.error("failed:", error);
}
