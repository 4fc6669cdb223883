/** Version of this package, as its records carry it; a test compares it with package.json. */
export const VERSION = "0.1.0";
