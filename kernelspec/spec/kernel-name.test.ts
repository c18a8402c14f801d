import { expect, test } from "vitest";
import { kernelName } from "./kernel-name.js";

test.each(["millrace", "Millrace_2", "mill.race-3", "..."])("%j is a kernel's name", (name) => {
  expect(kernelName(name)).toBe(name);
});

test.each(["", ".", "..", "../evil", "a/b", "a\\b", "/tmp/x", "mill race", "ö"])(
  "%j is none: it would lead out of the folder of kernels, or Jupyter would not list it",
  (name) => expect(() => kernelName(name)).toThrow("letters, digits, dots, hyphens and underscores"),
);
