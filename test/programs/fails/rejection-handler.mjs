process.on("unhandledRejection", (error) => console.error("unhandled", error));
Promise.reject(new Error("somebody listens"));
