/** `--name` of `install` and `uninstall`. It becomes a folder's name, so it must not lead anywhere else. */

import { InvalidArgumentError, Option } from "commander";
import { DEFAULT_NAME } from "./kernel-folder.js";

/** Jupyter's own rule; of a kernel with another name it says nothing but a warning in its log. */
const VALID = /^[a-z0-9._-]+$/i;

export function nameOption(): Option {
  return new Option("--name <name>", "the kernel's name").default(DEFAULT_NAME).argParser(kernelName);
}

/** @throws InvalidArgumentError when `text` is no name that Jupyter takes for a kernel */
export function kernelName(text: string): string {
  if (VALID.test(text) && text !== "." && text !== "..") return text;
  throw new InvalidArgumentError(
    "A kernel's name has letters, digits, dots, hyphens and underscores, such as millrace-2.",
  );
}
