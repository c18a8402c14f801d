/** A real broker for the tests of a file. */

import { afterAll, beforeAll } from "vitest";
import { KafkaBroker, type KafkaBrokerOptions } from "../dev/kafka-broker.js";

/** Its jars may have to be downloaded first. */
const START_MS = 300_000;

/** Starts a broker before the tests of a file, and ends it after them. */
export function testBroker(options: KafkaBrokerOptions = {}): { readonly current: KafkaBroker } {
  let broker: KafkaBroker | undefined;
  beforeAll(async () => {
    broker = await KafkaBroker.start({ say: console.error, ...options });
  }, START_MS);
  afterAll(() => broker?.stop());
  return {
    get current() {
      if (broker === undefined) throw new Error("the broker is there in tests, not before");
      return broker;
    },
  };
}
