import { createServer } from "node:http";
import { createSchema, createYoga } from "graphql-yoga";

const schema = createSchema({
	typeDefs: "type Query { boom: String }",
	resolvers: {
		Query: {
			boom: () => {
				throw new TypeError("in a resolver");
			},
		},
	},
});
const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
ask(createServer(createYoga({ schema, logging: false })).listen(0), "/graphql?query={boom}");
