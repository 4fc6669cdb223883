console.error(new Error("and out"));
process.exit(4);
