try {
	JSON.parse("{");
} catch {
	console.log("a default will do");
}
