import { expect, test } from "vitest";
import { Outage } from "./outage.js";

/** An outage as it is told, in time that the test moves. */
function outageOf(where: string) {
  const told: string[] = [];
  const time = { ms: 0 };
  const measure = () => {
    const begunMs = time.ms;
    return () => time.ms - begunMs;
  };
  return { told, time, outage: new Outage(where, (text) => told.push(text), measure) };
}

test("people are told once of what lasts, with where it is, and once that it is over", () => {
  const { told, time, outage } = outageOf("localhost:9999");
  outage.lasts("nothing listens there");
  time.ms += 1999;
  outage.lasts("nothing listens there");
  expect(told).toEqual([]);
  time.ms += 1;
  for (let again = 0; again < 2; again++) outage.lasts("nothing listens there");
  expect(told).toEqual(["localhost:9999: nothing listens there; it is tried again until it works"]);
  outage.over();
  expect(told.slice(1)).toEqual(["localhost:9999 is there"]);
});

test("nothing is told of what is over soon, however often that happens", () => {
  const { told, time, outage } = outageOf("/in");
  for (let i = 0; i < 3; i++) {
    outage.lasts("there is no folder /in yet");
    time.ms += 1500;
    outage.over();
  }
  expect(told).toEqual([]);
});
