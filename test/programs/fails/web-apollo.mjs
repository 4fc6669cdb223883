import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";

const server = new ApolloServer({
	typeDefs: "type Query { boom: String }",
	resolvers: {
		Query: {
			boom: () => {
				throw new TypeError("in a resolver");
			},
		},
	},
});
const { url } = await startStandaloneServer(server, { listen: { port: 0 } });
await fetch(url, {
	method: "POST",
	headers: { "content-type": "application/json" },
	body: JSON.stringify({ query: "{ boom }" }),
});
await server.stop();
