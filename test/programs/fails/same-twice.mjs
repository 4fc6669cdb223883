const error = new Error("once");
console.error(error);
console.warn(error);
throw error;
