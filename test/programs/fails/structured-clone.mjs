try {
	structuredClone(() => {});
} catch (error) {
	console.error("failed:", error);
}
