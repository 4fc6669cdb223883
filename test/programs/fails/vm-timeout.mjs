import vm from "node:vm";

try {
	vm.runInNewContext("while (true);", {}, { timeout: 20 });
} catch (error) {
	console.error("failed:", error);
}
