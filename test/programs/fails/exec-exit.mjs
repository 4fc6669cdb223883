import { execFileSync } from "node:child_process";

try {
	execFileSync(process.execPath, ["-e", "process.exit(3)"], { env: {} });
} catch (error) {
	console.error("failed:", error);
}
