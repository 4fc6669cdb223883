import path from "node:path";
import { defineConfig } from "vitest/config";

// Sources run as they are: `errata-source` picks `src` of every workspace package.
export default defineConfig({
	resolve: { conditions: ["errata-source"] },
	ssr: { resolve: { conditions: ["errata-source", "node", "import", "module", "default"] } },
	test: {
		include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
		// By default one of two cores would wait; the tests' programs, which compile the same files again and again, share that work.
		maxWorkers: 2,
		env: { NODE_COMPILE_CACHE: path.resolve("node_modules/.cache/errata-compile") },
		globalSetup: ["test/setup/engine.ts"],
		testTimeout: 60_000,
		hookTimeout: 120_000,
	},
});
