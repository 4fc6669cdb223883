process.on("uncaughtException", () => {});
setTimeout(() => {}, 50);
throw new EvalError("survived");
