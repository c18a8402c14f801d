/** The notebook on files, run as `millrace run` does, against a real HDFS. */

import { afterAll, beforeAll, expect, test } from "vitest";
import { MillraceCommand } from "./testing/millrace-command.js";
import { shownBy } from "./testing/shown-by.js";
import { testCluster } from "./testing/test-cluster.js";

const cluster = testCluster();
const millrace = new MillraceCommand();

beforeAll(() => {
  process.env.HDFS_URL = cluster.current.webUrl;
});
afterAll(() => {
  delete process.env.HDFS_URL;
  millrace.remove();
});

test("the notebook on files writes, reads and watches files of HDFS and of this machine", async () => {
  expect(Object.values(await shownBy(millrace, "11-files-hdfs.ipynb"))).toEqual([
    "[ [ '/tmp', '1777' ], [ '/user', '1777' ] ]",
    "[ [ '_SUCCESS', 0 ], [ 'part-00000', 68 ], [ 'part-00001', 77 ] ]",
    "[ [ 'north', 12 ], [ 'south, harbour', 16.5 ], [ 'south', 17 ] ]",
    "[ { station: 'south', celsius: 17 }, { station: 'south, harbour', celsius: 16.5 } ]",
    "[ [ 'mill', 1 ], [ 'race', 1 ], [ 'the', 2 ], [ 'turns', 1 ], [ 'wheel', 1 ] ]",
    "[ [ 'mill', 1 ], [ 'the', 2 ], [ 'turns', 1 ], [ 'wheel', 1 ] ]",
    "[ [ 'mill', 2 ], [ 'race', 1 ], [ 'the', 4 ], [ 'turns', 2 ], [ 'wheel', 2 ] ]",
    "'4 readings came from the cluster to this machine'",
    "[ 'StreamError: Input path does not exist: /tmp/notebook-11/jsn', 'StreamError: cannot list /tmp/notebook-11/json: permission is denied', 'StreamError: Output directory /tmp/notebook-11/csv already exists' ]",
  ]);
});
