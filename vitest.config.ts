import { defineConfig } from "vitest/config";

// Sources run as they are: `errata-source` picks `src` of every workspace package.
export default defineConfig({
	resolve: { conditions: ["errata-source"] },
	ssr: { resolve: { conditions: ["errata-source", "node", "import", "module", "default"] } },
	test: {
		include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"],
		globalSetup: ["test/setup/engine.ts"],
		testTimeout: 60_000,
		hookTimeout: 120_000,
	},
});
