import { expect, test } from "vitest";
import { Outage } from "./outage.js";

test("people are told once of what lasts, with where it is, and once that it is over", async () => {
  const told: string[] = [];
  const outage = new Outage("localhost:9999", (text) => told.push(text));
  outage.lasts("nothing listens there");
  expect(told).toEqual([]);
  await expect
    .poll(() => {
      outage.lasts("nothing listens there");
      return told;
    })
    .toEqual(["localhost:9999: nothing listens there; it is tried again until it works"]);
  outage.lasts("nothing listens there");
  outage.over();
  expect(told.slice(1)).toEqual(["localhost:9999 is there"]);
});

test("nothing is told of what is over soon", () => {
  const told: string[] = [];
  const outage = new Outage("/in", (text) => told.push(text));
  for (let i = 0; i < 3; i++) {
    outage.lasts("there is no folder /in yet");
    outage.over();
  }
  expect(told).toEqual([]);
});
