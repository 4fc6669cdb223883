import { SMTPServer } from "smtp-server";

const server = new SMTPServer();
server.on("error", (error) => console.error(error));

import net from "node:net";

const taken = net.createServer().listen(0, () => server.listen(taken.address().port));
setTimeout(() => taken.close(), 100);
