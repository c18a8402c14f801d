import { readdirSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../files/testing/temporary-folder.js";
import { KeptBytes } from "./kept-bytes.js";

const folder = temporaryFolder();
afterEach(() => vi.unstubAllEnvs());

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
  for (const name of ["TMPDIR", "TEMP", "TMP"]) vi.stubEnv(name, folder.path);
  const kept = new KeptBytes(0);
  await kept.add(Buffer.from("secret"));
  if (process.platform !== "win32") expect(readdirSync(folder.path)).toEqual([]);
  expect(await all(kept)).toBe("secret");
  await kept.drop();
  expect(readdirSync(folder.path)).toEqual([]);
});
