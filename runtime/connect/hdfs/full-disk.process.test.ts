/** DataNodes whose disks are full, in a real cluster. */

import { expect, test } from "vitest";
import { testCluster } from "../../../kernelspec/testing/test-cluster.js";
import { inTime } from "../testing/in-time.js";

const { SparkContext }: typeof import("../../index.js") = await import("../../../dist/index.js" as string);

/** More than any disk of this machine has, which they leave free. */
const RESERVED_BYTES = 2 ** 50;

const cluster = testCluster({ properties: { "dfs.datanode.du.reserved": String(RESERVED_BYTES) } });

const FULL =
  /^cannot write webhdfs:\S+: no DataNode does it, asked 7 times; the last time: Failed to find datanode, suggest to check cluster health; look whether the cluster's DataNodes run, and have room on their disks$/;

test("a file that no DataNode has room for is not written, and it is said where to look", async () => {
  const { client } = cluster.current;
  const [, error] = await inTime(
    () => undefined,
    () => client.create("/tmp/large", "of no use").catch((thrown: unknown) => thrown),
  );
  expect(error).toMatchObject({ code: "RT_HDFS", message: expect.stringMatching(FULL) });
});

test("a job that writes there waits for room as long as its patience is, and fails with the same sentence", async () => {
  const sc = new SparkContext({ workers: 2, hdfs: { patience: "1 second" } });
  const folder = `${cluster.current.webUrl}/tmp/out`;
  await expect(sc.parallelize(["a", "b"], 2).saveAsTextFile(folder)).rejects.toThrow(FULL);
  await sc.stop();
});
