try {
	decodeURIComponent("%");
} catch (error) {
	console.error("failed:", error);
}
