/** Where the shop finds what it depends on; every value comes from the environment of the deployment. */
const env = process.env;

export const settings = {
	port: Number(env.PORT ?? 8080),
	databaseUrl: env.DATABASE_URL ?? "postgres://shop@127.0.0.1:15432/shop",
	cartRedis: env.CART_REDIS ?? "redis://127.0.0.1:16379",
	// The region is part of the name; an empty SESSION_REGION makes a name that nobody can resolve.
	sessionHost: `sessions.${env.SESSION_REGION ?? ""}.cache.invalid`,
	paymentsUrl: `http://payments.${env.PAYMENTS_REGION ?? ""}.shop.invalid/charges`,
	mongoUrl: env.MONGO_URL ?? "mongodb://127.0.0.1:17017/shop",
	mysqlPort: Number(env.MYSQL_PORT ?? 13306),
	shippingUrl: env.SHIPPING_URL ?? "https://127.0.0.1:18443",
	recommendationsUrl: env.RECOMMENDATIONS_URL ?? "http://127.0.0.1:18081",
	partnersUrl: env.PARTNERS_URL ?? "http://127.0.0.1:18082",
	documents: env.DOCUMENTS_DIR ?? "/var/lib/shop/documents",
};
