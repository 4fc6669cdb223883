"use strict";
function load() {
	throw Object.assign(new Error("no settings"), { code: "E_SETTINGS" });
}
load();
