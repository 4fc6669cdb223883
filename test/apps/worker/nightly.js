/** The nightly clean-up. Its last step runs in a timer, where nothing catches. */
import { log } from "./log.js";

function removeExpired(orders, onDone) {
	setTimeout(() => onDone(orders.filter((order) => order.expired)), 10);
}

log.info("nightly clean-up begins");
removeExpired([{ id: 1, expired: true }], (expired) => {
	for (const order of expired) order.remove();
});
