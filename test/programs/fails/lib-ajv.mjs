import { capture } from "@errata/node";
import { Ajv } from "ajv";

try {
	new Ajv().compile({ type: "nonsense" });
} catch (error) {
	capture(error);
}
