import { capture } from "@errata/node";

try {
	const f = () => f() + 1;
	f();
} catch (error) {
	capture(error);
}
