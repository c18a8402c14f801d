import { describe, expect, it } from "vitest";
import { ManualClock, settled } from "../testing/manual-clock.js";
import { type InputAnswer, Stdin } from "./stdin.js";

const cell = {
  id: "cell",
  requester: { id: "cell", headerJson: "{}", identities: [] },
  silent: false,
  allowStdin: true,
};

/** A client whose stdin is not there until `connected`. */
function asking() {
  const clock = new ManualClock();
  const answers: InputAnswer[] = [];
  const client = { connected: false, attempts: 0 };
  const channel = {
    send: async () => {
      client.attempts += 1;
      return client.connected;
    },
  };
  const stdin = new Stdin(channel, { newId: () => "question" }, (answer) => answers.push(answer), clock);
  return { clock, answers, client, stdin };
}

describe("a question to a client whose stdin is not there yet", () => {
  it("is asked again until it is there", async () => {
    const { clock, answers, client, stdin } = asking();
    const asked = stdin.ask(cell, 1, "name?", false);
    await settled();
    client.connected = true;
    await clock.advance(50);
    await asked;
    expect([client.attempts, answers]).toEqual([2, []]);
  });

  it("is refused when it does not come", async () => {
    const { clock, answers, stdin } = asking();
    const asked = stdin.ask(cell, 1, "name?", false);
    await settled();
    await clock.advance(750);
    await asked;
    expect(answers).toMatchObject([{ type: "inputRefused", request: 1 }]);
  });

  it("is not asked any more when its cell has ended meanwhile", async () => {
    const { clock, answers, client, stdin } = asking();
    const asked = stdin.ask(cell, 1, "name?", false);
    await settled();
    stdin.cancel();
    client.connected = true;
    await clock.advance(750);
    await asked;
    expect([client.attempts, answers]).toEqual([1, []]);
  });
});
