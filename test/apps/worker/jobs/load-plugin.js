/** Loads the plug-in that the configuration names. */
export async function loadPlugin(log) {
	const name = process.env.EXPORT_PLUGIN ?? "shop-export-xlsx";
	log.info({ name }, "plug-in is loaded");
	return await import(name);
}
