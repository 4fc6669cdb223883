/** A refusal with what is known of who was refused, for the audit trail. */
import { Failure } from "../failure.ts";

export class Refusal extends Failure {
	/** Of a known key that was refused; "" otherwise. */
	readonly tenant: string;
	/** Id of the key, "" if there is none. */
	readonly actor: string;

	constructor(detail: string, remedy: string, who: { readonly tenant: string; readonly actor: string }) {
		super("UNAUTHENTICATED", detail, remedy);
		this.tenant = who.tenant;
		this.actor = who.actor;
	}
}

const NOBODY = { tenant: "", actor: "" };

export function unauthenticated(detail: string, remedy: string, who = NOBODY): Refusal {
	return new Refusal(detail, remedy, who);
}
