import { createReadStream } from "node:fs";

createReadStream("/no/such/file").on("error", (error) => console.error(error));
