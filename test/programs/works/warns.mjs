console.warn("careful");
console.error("just words on stderr");
