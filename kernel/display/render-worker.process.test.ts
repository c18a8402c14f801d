import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FromRender, ToRender } from "../port/render.js";

let worker: Worker;

beforeAll(() => {
  worker = new Worker(new URL("../../dist/render.js", import.meta.url));
});

afterAll(() => worker.terminate());

async function ask(request: ToRender): Promise<FromRender> {
  worker.postMessage(request);
  const [reply]: FromRender[] = await once(worker, "message");
  if (reply === undefined) throw new Error("the worker sent an empty message");
  return reply;
}

const spec = { data: { name: "rows" }, mark: "point", encoding: { x: { field: "x", type: "quantitative" } } };

test("a chart comes back as base64 of a png", async () => {
  const reply = await ask({ id: 1, spec, rows: [{ x: 5 }], pixelRatio: 1 });
  expect(reply).toMatchObject({ id: 1, png: expect.any(String), width: expect.any(Number) });
  expect("png" in reply && Buffer.from(reply.png, "base64").subarray(1, 4).toString()).toBe("PNG");
});

test("an error names its request, and the worker goes on", async () => {
  expect(await ask({ id: 2, spec: {}, rows: [], pixelRatio: 1 })).toEqual({
    id: 2,
    error: expect.stringContaining("nothing to draw"),
  });
  expect(await ask({ id: 3, spec, rows: [], pixelRatio: 1 })).toMatchObject({
    id: 3,
    png: expect.any(String),
  });
});
