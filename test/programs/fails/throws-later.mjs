setTimeout(() => {
	throw new Error("from a timer", { cause: new TypeError("why") });
}, 5);
