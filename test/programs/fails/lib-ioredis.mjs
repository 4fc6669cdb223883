import { Redis } from "ioredis";

const redis = new Redis({ port: 1, lazyConnect: true, retryStrategy: null });
redis.on("error", () => {});
try {
	await redis.connect();
} catch (error) {
	console.error(error);
}
