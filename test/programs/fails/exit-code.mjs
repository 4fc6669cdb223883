process.on("exit", () => {
	process.exitCode = 7;
});
console.error(new Error("before the end"));
