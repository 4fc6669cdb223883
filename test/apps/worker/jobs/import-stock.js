/** Takes a message of the queue apart. The supplier's system cuts its messages at 64 bytes. */
export function importStock(log) {
	const message = Buffer.from('{"supplier":"acme","changes":[{"sku":"A-1","pieces":7},{"sku":"B').toString();
	log.info({ bytes: message.length }, "stock message arrives");
	return JSON.parse(message).changes;
}
