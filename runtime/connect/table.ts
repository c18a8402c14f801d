import type { OpenSplit } from "../pool/connector.js";
import { openTextFile } from "./files/text-file.js";

/** What opens the input of operators that read from outside, by their names. */
export const CONNECTORS: ReadonlyMap<string, OpenSplit> = new Map([["textFile", openTextFile]]);
