import { template } from "./template.ts";
export function createPatterns() {
	const ids = new Map<string, number>();
	return {
		add(t: string): number {
			const k = template(t).replace(/<[a-z_]+>/g, "<*>").replace(/(?:<\*>[ ,:.\/]*)+/g, "<*> ");
			let id = ids.get(k);
			if (id === undefined) ids.set(k, (id = ids.size));
			return id;
		},
		resolve(id: number): string {
			return String(id);
		},
	};
}
