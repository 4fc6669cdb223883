import https from "node:https";

https.get("https://127.0.0.1:1/").on("error", (error) => console.error(error));
