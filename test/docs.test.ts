/** Documentation that can be checked by machine: every relative link in every page leads somewhere. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./setup/processes.ts";

const pages = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
	cwd: root,
	encoding: "utf8",
})
	.split("\n")
	.filter((name) => name !== "" && existsSync(path.join(root, name)));

/** `text` without fenced and inline code. */
function prose(text: string): string {
	return text.replace(/^```[\s\S]*?^```/gm, "").replace(/`[^`\n]*`/g, "");
}

/** GitHub's anchor of a heading. */
function anchor(heading: string): string {
	return heading
		.toLowerCase()
		.replace(/[^\p{L}\p{N} _-]/gu, "")
		.replaceAll(" ", "-");
}

function anchors(file: string): readonly string[] {
	const text = readFileSync(file, "utf8").replace(/^```[\s\S]*?^```/gm, "");
	return [...text.matchAll(/^#{1,6} (.*)$/gm)].map((m) => anchor(m[1] ?? ""));
}

describe("the pages", () => {
	it.each(pages)("%s links to what exists", (page) => {
		const file = path.join(root, page);
		const links = [...prose(readFileSync(file, "utf8")).matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1] ?? "");
		const broken = links.filter((link) => {
			if (/^[a-z]+:/.test(link)) return false;
			const [target = "", fragment = ""] = link.split("#");
			const full = target === "" ? file : path.resolve(path.dirname(file), target);
			if (!existsSync(full)) return true;
			return fragment !== "" && !anchors(full).includes(fragment);
		});
		expect(broken).toEqual([]);
	});

	it("are there for every package", () => {
		expect(pages).toEqual(expect.arrayContaining(["README.md", "SECURITY.md", "CHANGELOG.md", "packages/README.md"]));
	});
});
