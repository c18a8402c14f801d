import { fileURLToPath } from "node:url";

/** The built kernel, as Jupyter starts it; the path of the connection file is added. */
export const MILLRACE_KERNEL = [
  process.execPath,
  fileURLToPath(new URL("../dist/front.js", import.meta.url)),
];
