import { consola } from "consola";

consola.error(new RangeError("told consola"));
