require("reflect-metadata");
const { Controller, Get, Module } = require("@nestjs/common");
const { NestFactory } = require("@nestjs/core");
class Shop {
	boom() {
		throw new TypeError("in a controller");
	}
}
Get()(Shop.prototype, "boom", Object.getOwnPropertyDescriptor(Shop.prototype, "boom"));
Controller()(Shop);
class App {}
Module({ controllers: [Shop] })(App);
const ask = async (server, ...paths) => {
	if (!server.listening) await new Promise((resolve) => server.once("listening", resolve));
	for (const path of paths) await fetch(`http://127.0.0.1:${server.address().port}${path}`);
	server.close();
	server.closeAllConnections();
};
NestFactory.create(App, { logger: false }).then(async (app) => {
	await app.listen(0);
	await ask(app.getHttpServer(), "/");
});
