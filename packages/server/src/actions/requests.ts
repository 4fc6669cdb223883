/** An action as one HTTP request: an issue in GitHub or GitLab, any tracker by a template, a signed webhook. Pure. */
import { signature } from "../alerts/channels/webhook.ts";
import type { Definition } from "./actions-file.ts";
import { renderJson, renderText, type Values } from "./placeholders.ts";

export interface ActionRequest {
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
	/** Where in the answer stands what was made. */
	readonly link: RegExp | undefined;
}

const TITLE = "{{code}} in {{service}}: {{message}}";

export function titleOf(definition: Definition, values: Values): string {
	const template = ("title" in definition ? definition.title : undefined) ?? TITLE;
	// In a tracker's title an @ names somebody and a # another issue.
	const text = renderText(template, values)
		.replace(/([@#])/gu, "$1\u2060")
		.replace(/\s+/gu, " ")
		.trim();
	return text.slice(0, 240);
}

export function requestOf(definition: Definition, given: Values, attempt: number, nowMs: number): ActionRequest {
	const values: Values & { readonly title: string } = { ...given, title: titleOf(definition, given) };
	const json = { "content-type": "application/json" };
	switch (definition.type) {
		case "github": {
			const headers = {
				...json,
				accept: "application/vnd.github+json",
				"x-github-api-version": "2022-11-28",
				authorization: `Bearer ${definition.token}`,
			};
			const body = { title: values.title, body: textOf(values), labels: definition.labels ?? [] };
			const url = `${base(definition.url, "https://api.github.com")}/repos/${definition.repository}/issues`;
			return { url, headers, body: JSON.stringify(body), link: /"html_url"\s*:\s*"(https?:[^"]+\/issues\/\d+)"/u };
		}
		case "gitlab": {
			const project = encodeURIComponent(definition.project);
			const body = { title: values.title, description: textOf(values), labels: (definition.labels ?? []).join(",") };
			return {
				url: `${base(definition.url, "https://gitlab.com")}/api/v4/projects/${project}/issues`,
				headers: { ...json, "private-token": definition.token },
				body: JSON.stringify(body),
				link: /"web_url"\s*:\s*"(https?:[^"]+\/issues\/\d+)"/u,
			};
		}
		case "tracker":
			return {
				url: definition.url,
				headers: { ...definition.headers, ...json },
				body: JSON.stringify(renderJson(definition.body, values)),
				link: undefined,
			};
		case "webhook":
		case "agent": {
			const { report, ...rest } = values;
			const message = { kind: "action", attempt, ...rest, ...(definition.type === "agent" ? { report } : {}) };
			const body = JSON.stringify(message);
			const seconds = Math.floor(nowMs / 1_000);
			const signed = `t=${seconds},v1=${signature(definition.secret ?? "", seconds, body)}`;
			const headers = { ...json, "errata-delivery": values.id ?? "", "errata-signature": signed };
			return { url: definition.url ?? "", headers, body, link: undefined };
		}
		default:
			throw new Error(`${definition.type} is no request`);
	}
}

function textOf({ report = "", link = "", id = "", reason = "" }: Values): string {
	const parts = [reason, report, link, `errata-action: ${id}`];
	return parts.filter((part) => part !== "").join("\n\n");
}

function base(url: string | undefined, preset: string): string {
	return (url ?? preset).replace(/\/$/u, "");
}
