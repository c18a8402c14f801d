import { kernelJson } from "../kernelspec/spec/kernel-folder.js";

/** The built kernel, as Jupyter starts it; the path of the connection file is added. */
export const MILLRACE_KERNEL = kernelJson().argv.slice(0, -1);
