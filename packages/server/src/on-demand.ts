/**
 * Validators that are loaded when first used. Every command of the CLI imports this package; the 370 files of these would
 * make each of them wait, and most check nothing.
 */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

export const typeboxValue = (): typeof import("typebox/value") => require("typebox/value");

export const ajv = (): typeof import("ajv") => require("ajv");
