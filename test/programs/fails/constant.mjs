try {
	Object.freeze([]).push(1);
} catch (error) {
	console.error("failed:", error);
}
