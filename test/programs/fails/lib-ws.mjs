import { WebSocket } from "ws";

new WebSocket("ws://127.0.0.1:1").on("error", (error) => console.error(error));
