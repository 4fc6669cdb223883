import http from "node:http";

http.get("http://127.0.0.1:1/").on("error", (error) => console.error(error));
