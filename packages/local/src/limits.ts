/** Every limit of `local`: unit and reason. What a limit cuts off or refuses is counted or said where it is applied. */
export const LIMITS = {
	/** Milliseconds the engine may take until it answers. An empty directory takes 0.6 s; big ones and cold disks some seconds. */
	engineStartMs: 60_000,
	/** Milliseconds between two looks at a starting engine. */
	engineProbeMs: 25,
	/** Milliseconds a stopping engine gets to close its data before it is killed. */
	engineStopMs: 10_000,
	/** Milliseconds to wait for an engine whose parent died to let go of the directory. */
	engineOrphanMs: 10_000,
	/** Starts on another port when the chosen one was taken between choosing and listening. */
	enginePortTries: 3,
	/** Bytes that must be free to start: merges need room, and a full disk is better met before than during work. */
	minFreeBytes: 256 * 1024 * 1024,
	/** Bytes the engine leaves free on the disk: an insert that would go below is refused with 243, stored data stays whole. */
	keepFreeBytes: 64 * 1024 * 1024,
	/** Bytes of the engine's error output kept to explain its death. */
	engineOutputBytes: 16_384,
	/** Share of the machine's memory the engine may take. */
	engineMemoryRatio: 0.5,
} as const;
