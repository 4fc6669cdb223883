/** Chance for the simulator: the same seed rolls the same. */
import { randomOf } from "../../packages/server/src/testing/hourly-series.ts";

export interface Dice {
	/** 0 to below 1. */
	(): number;
	pick<T>(of: readonly T[]): T;
	chance(p: number): boolean;
	/** A whole number, both ends in. */
	whole(least: number, most: number): number;
	/** Around `middle`, with a long tail upwards: how long things take. */
	around(middle: number): number;
	hex(digits: number): string;
}

export function diceOf(seed: number): Dice {
	const roll = randomOf(seed);
	const normal = (): number => Math.sqrt(-2 * Math.log(1 - roll())) * Math.cos(2 * Math.PI * roll());
	return Object.assign(roll, {
		pick: <T>(of: readonly T[]): T => of[Math.floor(roll() * of.length)] as T,
		chance: (p: number) => roll() < p,
		whole: (least: number, most: number) => least + Math.floor(roll() * (most - least + 1)),
		around: (middle: number) => middle * Math.exp(0.4 * normal()),
		hex: (digits: number) => Array.from({ length: digits }, () => Math.floor(roll() * 16).toString(16)).join(""),
	});
}
