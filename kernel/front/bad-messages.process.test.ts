import { describe, expect, it } from "vitest";
import type { FrontEnd } from "../testing/front-end.js";
import { withEcho } from "../testing/with-echo.js";

const info = (client: FrontEnd) => client.frames("kernel_info_request", {});

async function answersTheNext(client: FrontEnd): Promise<void> {
  for (const channel of ["shell", "control"] as const) {
    const { reply } = await client.request(channel, "kernel_info_request", {}).finish();
    expect(reply.status).toBe("ok");
  }
}

describe("what is no message of the protocol is dropped, and the next good message is answered", () => {
  it.each<[string, (client: FrontEnd) => Buffer[]]>([
    ["one empty frame", () => [Buffer.alloc(0)]],
    ["no delimiter", (client) => info(client).filter((part) => String(part) !== "<IDS|MSG>")],
    ["only a delimiter", () => [Buffer.from("<IDS|MSG>")]],
    ["too few parts", (client) => info(client).slice(0, 4)],
    [
      "a wrong signature",
      (client) => info(client).map((part, i) => (i === 1 ? Buffer.from("0".repeat(64)) : part)),
    ],
    ["no signature", (client) => info(client).map((part, i) => (i === 1 ? Buffer.alloc(0) : part))],
    [
      "a changed content",
      (client) => info(client).map((part, i) => (i === 5 ? Buffer.from('{"code":"1"}') : part)),
    ],
  ])("%s", (_, frames) =>
    withEcho(async (client, kernel) => {
      for (const channel of ["shell", "control", "stdin"] as const)
        await client.sendRaw(channel, frames(client));
      await answersTheNext(client);
      await expect.poll(() => kernel.stderr).toMatch(/message\(s\) dropped/);
    }),
  );

  it("also where nobody can be told of it, since the terminal was closed", () =>
    withEcho(async (client, kernel) => {
      kernel.closeStderr();
      await client.sendRaw("shell", [Buffer.alloc(0)]);
      await answersTheNext(client);
      await answersTheNext(client);
    }));

  it("a message sent a second time", () =>
    withEcho(async (client, kernel) => {
      const frames = info(client);
      for (let i = 0; i < 3; i++) await client.sendRaw("shell", frames);
      await answersTheNext(client);
      await expect.poll(() => kernel.stderr).toContain("the same signature was seen before");
    }));

  it("parts that are signed and are not JSON objects", () =>
    withEcho(
      async (client, kernel) => {
        for (const text of ["", "{", "[]", "null", "1", '"x"', "\u0000", "[".repeat(50_000)]) {
          for (const part of [2, 3, 4, 5]) {
            await client.sendRaw(
              "shell",
              info(client).map((frame, i) => (i === part ? Buffer.from(text) : frame)),
            );
          }
        }
        await answersTheNext(client);
        await expect.poll(() => kernel.stderr).toContain("not a message of the Jupyter protocol");
      },
      { key: "" },
    ));
});
