/** What this package imports of itself by name: the compiler would look for it in the dist that it is about to write. */
declare module "@errata/node/register" {}
