/** Types of build-collector.mjs for tests. */

/** Link to the newest build, whatever its sources. */
export const newestCollector: string;

/** Absolute path of the binary built from the sources as they are now, or ERRATA_TEST_COLLECTOR; throws when there is none. */
export function collectorBinary(): string;

/** Builds the distribution unless it is there; absolute path of the binary. Throws with cause and remedy. */
export function buildCollector(options?: { readonly log?: (line: string) => void }): string;
