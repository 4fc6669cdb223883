import pg from "pg";

await new pg.Client({ host: "127.0.0.1", port: 1 }).connect().catch(() => {});
