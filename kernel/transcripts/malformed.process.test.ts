import { describe, expect, it } from "vitest";
import { withBuiltKernel } from "../testing/built-kernel.js";
import type { FrontEnd } from "../testing/front-end.js";
import { randomNumbers } from "../testing/random.js";
import type { JsonObject } from "../wire/fields.js";

const MESSAGES = 10_000;
const BATCH = 500;
const CHANNELS = ["shell", "control", "stdin"] as const;

/** One honest message of each type, but those that end the kernel. */
const HONEST: [type: string, content: JsonObject][] = [
  ["kernel_info_request", {}],
  ["execute_request", { code: "1 + 1", silent: false, store_history: true, user_expressions: { a: "1" } }],
  ["complete_request", { code: "conso", cursor_pos: 5 }],
  ["inspect_request", { code: "console", cursor_pos: 3, detail_level: 0 }],
  ["is_complete_request", { code: "if (" }],
  ["history_request", { hist_access_type: "search", pattern: "*", n: 3, output: true, raw: true }],
  ["comm_info_request", { target_name: "t" }],
  ["comm_open", { comm_id: "c", target_name: "t", data: {} }],
  ["comm_msg", { comm_id: "c", data: { n: 1 } }],
  ["comm_close", { comm_id: "c", data: {} }],
  ["connect_request", {}],
  ["interrupt_request", {}],
  ["input_reply", { value: "x", status: "ok" }],
  ["debug_request", { seq: 1, type: "request", command: "initialize" }],
];

/** What a content may hold that it should not. */
const ODD = [
  null,
  true,
  -1,
  1e300,
  2 ** 53,
  "",
  "\ud800",
  "💥",
  [],
  {},
  [[]],
  { a: { b: null } },
  "x".repeat(5_000),
];

type Random = () => number;
const pick = <T>(random: Random, all: readonly T[]): T | undefined => all[Math.floor(random() * all.length)];

/** The content with one field more, less, or of another kind. */
function withOddField(random: Random, content: JsonObject): JsonObject {
  const name = pick(random, [...Object.keys(content), "surplus"]) ?? "surplus";
  if (random() < 0.2) return Object.fromEntries(Object.entries(content).filter(([key]) => key !== name));
  return { ...content, [name]: pick(random, ODD) };
}

const MUTATIONS: ((random: Random, frames: Buffer[], at: number) => Buffer[])[] = [
  (_, frames, at) => frames.toSpliced(at, 1),
  (_, frames, at) => frames.toSpliced(at, 0, frames[at] ?? Buffer.alloc(0)),
  (_, frames, at) => frames.slice(0, at),
  (_, frames) => frames.toReversed(),
  (_, frames, at) => frames.with(at, Buffer.alloc(0)),
  (random, frames, at) => frames.with(at, Buffer.from(String(pick(random, ODD)))),
  (random, frames, at) => frames.with(at, Buffer.from(JSON.stringify(pick(random, ODD)))),
  (random, frames, at) => frames.with(at, Buffer.from(Uint8Array.from({ length: 40 }, () => random() * 256))),
  (random, frames, at) => frames.with(at, flipped(random, frames[at])),
  (random, frames, at) => frames.with(at, (frames[at] ?? Buffer.alloc(0)).subarray(0, random() * 20)),
];

function flipped(random: Random, frame: Buffer = Buffer.alloc(1)): Buffer {
  const copy = Buffer.from(frame);
  for (let i = 0; i <= random() * 4; i++) copy[Math.floor(random() * copy.length)] = random() * 256;
  return copy;
}

function mutant(random: Random, client: FrontEnd): Buffer[] {
  const [type, content] = pick(random, HONEST) ?? ["kernel_info_request", {}];
  const frames = client.frames(type, random() < 0.4 ? withOddField(random, content) : content);
  const mutate = pick(random, MUTATIONS);
  return random() < 0.3 || mutate === undefined
    ? frames
    : mutate(random, frames, Math.floor(random() * frames.length));
}

async function answersTheNext(client: FrontEnd): Promise<void> {
  for (const channel of ["shell", "control"] as const) {
    const { reply } = await client.request(channel, "kernel_info_request", {}).finish();
    expect(reply.status).toBe("ok");
  }
}

describe(`of ${MESSAGES.toLocaleString("en-US")} mutated messages none stops the kernel: it answers the next good one`, () => {
  it.each([
    ["signed", "a key"],
    ["not signed, so that their contents are read", ""],
  ])("%s", (_, key) =>
    withBuiltKernel(
      async (client) => {
        const random = randomNumbers(20_260_101);
        for (let sent = 0; sent < MESSAGES; sent += BATCH) {
          for (let i = 0; i < BATCH; i++)
            await client.sendRaw(pick(random, CHANNELS) ?? "shell", mutant(random, client));
          await answersTheNext(client);
        }
        // kernel_info is answered beside the cells. A mutated cell that still waits and fails would abort the next one, as it should.
        await client.ready();
        const { reply, output } = await client.execute("6 * 7").finish();
        expect(reply.status).toBe("ok");
        const results = output.filter(({ type }) => type === "execute_result");
        expect(results.map(({ content }) => content.data)).toEqual([{ "text/plain": "42" }]);
      },
      { key },
    ),
  );
});
