console.error(new Error("first"));
console.error(new TypeError("second"));
