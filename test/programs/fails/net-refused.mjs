import net from "node:net";

net.connect(1, "127.0.0.1").on("error", (error) => console.error(error));
