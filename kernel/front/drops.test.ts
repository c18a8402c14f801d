import { expect, it } from "vitest";
import { DropCounter } from "./drops.js";

it("dropped messages are counted by reason, and logged ever more rarely", () => {
  const logged: string[] = [];
  const drops = new DropCounter((_, text) => logged.push(text));
  for (let i = 0; i < 100; i++) drops.count("malformed", "shell");
  drops.count("badSignature", "control");
  expect([drops.of("malformed"), drops.of("badSignature"), drops.of("replayed")]).toEqual([100, 1, 0]);
  expect(logged).toHaveLength(8);
  expect(logged.at(-1)).toBe(
    "1 message(s) dropped, the last on control: the signature does not fit the connection's key",
  );
});
