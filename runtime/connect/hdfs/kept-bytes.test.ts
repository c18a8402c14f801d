import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { KeptBytes } from "./kept-bytes.js";

async function all(kept: KeptBytes): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of kept) chunks.push(chunk.slice());
  return Buffer.concat(chunks).toString();
}

test.each([0, 5, 10, 1000])(
  "bytes are given in their order, again and again: %d of them in memory",
  async (memory) => {
    const kept = new KeptBytes(memory);
    let text = "";
    for (const part of ["abc", "", "defgh", "i", "jklmnopqrst"]) {
      text += part;
      await kept.add(Buffer.from(part));
      expect(await all(kept)).toBe(text);
    }
    await kept.drop();
    expect(await all(kept)).toBe("");
  },
);

test("nothing of them is seen in the folder of temporary files", async () => {
  const names = () => readdirSync(tmpdir()).filter((name) => /^millrace-hdfs-[0-9a-f]{18}$/.test(name));
  const before = names();
  const kept = new KeptBytes(0);
  await kept.add(Buffer.from("secret"));
  if (process.platform !== "win32") expect(names()).toEqual(before);
  await kept.drop();
  expect(names()).toEqual(before);
});
