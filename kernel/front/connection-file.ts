/** Reading the connection file that Jupyter gives to the kernel. */

import { readFileSync } from "node:fs";
import { type Connection, readConnection } from "../wire/connection.js";
import { messageOf } from "./log.js";

/**
 * The connection described by the JSON file at `path`.
 * @throws Error with one sentence that names the file; it never quotes the content, which holds a key.
 */
export function readConnectionFile(path: string): Connection {
  try {
    return readConnection(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    const reason = error instanceof SyntaxError ? "it is not JSON" : messageOf(error);
    throw new Error(`cannot use the connection file ${path}: ${reason}`);
  }
}
