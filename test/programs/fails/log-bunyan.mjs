import bunyan from "bunyan";

bunyan.createLogger({ name: "app" }).error(new TypeError("told bunyan"), "failed");
