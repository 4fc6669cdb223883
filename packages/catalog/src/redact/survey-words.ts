/** Words that make a finder worth running; the finders' own tables say what they mean. */
import { BARE_NAMES, BIRTH_WORDS, INTRODUCERS, STREETS_AFTER, STREETS_BEFORE, TITLES } from "./people-table.ts";

/** `Ms`, `Street`: in lower case they are other words. */
function capitalised(words: Iterable<string>): string[] {
	return [...words].map((word) => (word[0] as string).toUpperCase() + word.slice(1));
}

export const PEOPLE_WORDS: readonly string[] = [
	...INTRODUCERS,
	...capitalised(TITLES),
	...capitalised(STREETS_AFTER),
	...STREETS_BEFORE,
	...BARE_NAMES,
	...BIRTH_WORDS,
	"prénom",
];
export const CODE_WORDS: readonly string[] = "cvc cvv cvn csc otp totp passcode pin code password tan".split(" ");
export const SCHEME_WORDS: readonly string[] = "bearer basic token apikey".split(" ");
export const SECRET_WORDS: readonly string[] = "token secret key session".split(" ");
export const COMMAND_WORDS: readonly string[] =
	"password passwd pwd passphrase identified docker podman mysql mysqldump mysqladmin mysqlimport mariadb sshpass redis curl wget ldapsearch mongo mongosh mongodump mongorestore sqlcmd bcp isql".split(
		" ",
	);
/** Whole words of the URLs of `findWebhooks`: what stands between its dots and slashes. */
export const HOOK_WORDS: readonly string[] = "slack webhooks office zapier ifttt".split(" ");
export const HOME_WORDS: readonly string[] = "home users documents".split(" ");
export const PEM_WORDS: readonly string[] = ["begin"];
