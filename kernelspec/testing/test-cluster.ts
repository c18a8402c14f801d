/** A real HDFS for the tests of a file. */

import { afterAll, beforeAll } from "vitest";
import { HdfsCluster, type HdfsClusterOptions } from "../dev/hdfs-cluster.js";

/** Its jars may have to be downloaded first. */
const START_MS = 300_000;

/** Starts a cluster before the tests of a file, and ends it after them. */
export function testCluster(options: HdfsClusterOptions = {}): { readonly current: HdfsCluster } {
  let cluster: HdfsCluster | undefined;
  beforeAll(async () => {
    cluster = await HdfsCluster.start({ say: console.error, ...options });
  }, START_MS);
  afterAll(() => cluster?.stop());
  return {
    get current() {
      if (cluster === undefined) throw new Error("the cluster is there in tests, not before");
      return cluster;
    },
  };
}
