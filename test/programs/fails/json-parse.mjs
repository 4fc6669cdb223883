try {
	JSON.parse("{no");
} catch (error) {
	console.error("failed:", error);
}
