try {
	const x = 1;
	eval("x = 2");
} catch (error) {
	console.error("failed:", error);
}
