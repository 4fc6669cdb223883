/**
 * For tests of this package: the two calls of aws-lambda-ric's compiled addon as plain HTTP, so that the runtime client runs
 * where the addon was not built. The addon answers synchronously, and Lambda freezes the process behind that.
 */
const http = require("node:http");
const Module = require("node:module");

const post = (path, body, headers) => {
	const { hostname, port } = new URL(`http://${process.env.AWS_LAMBDA_RUNTIME_API}`);
	http.request({ hostname, port, path, method: "POST", headers }, (response) => response.resume()).end(body);
};
const client = {
	done: (id, body) => post(`/2018-06-01/runtime/invocation/${id}/response`, body, {}),
	error: (id, body, cause) =>
		post(`/2018-06-01/runtime/invocation/${id}/error`, body, { "lambda-runtime-function-xray-error-cause": cause }),
};
const load = Module._load;
Module._load = function (request, ...rest) {
	return request === "./rapid-client.node" ? client : load.call(this, request, ...rest);
};
