import { expect, test } from "vitest";
import { diskError } from "./disk-error.js";

test.each([
  ["EMFILE", /too many files are open \(EMFILE\); .*ulimit -n.*`workers`/],
  ["ENOSPC", /no space is left there \(ENOSPC\); make room there, or set `localDir`/],
  ["EOTHER", /not known; make room there/],
])("what failed on disk is told with the way out of its fault: %s", (code, sentence) => {
  const error = diskError("write", "/scratch/1.chunks", Object.assign(new Error("not known"), { code }));
  expect(error).toMatchObject({ code: "RT_DISK", message: expect.stringMatching(sentence) });
});
