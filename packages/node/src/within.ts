/** Waiting that ends. */

/** Resolves when `work` is settled, or after `ms` milliseconds; never rejects. Holds the process that long, not longer. */
export function within(work: Promise<unknown> | undefined, ms: number): Promise<void> {
	if (work === undefined || ms <= 0) return Promise.resolve();
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		const done = (): void => {
			clearTimeout(timer);
			resolve();
		};
		work.then(done, done);
	});
}
