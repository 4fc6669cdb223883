/** What `@errata/node/next` is in Next's edge runtime, which has no Node to instrument: nothing, so that one file serves both. */

export async function register(): Promise<void> {}

export function onRequestError(): void {}
