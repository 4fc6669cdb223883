try {
	await fetch("http://127.0.0.1:1/", { signal: AbortSignal.abort() });
} catch (error) {
	console.error("failed:", error);
}
