import { describe, expect, test } from "vitest";
import { lentRdd, type RddNode, rddNode } from "./rdd-node.js";
import { PlanSender, PlanTable } from "./transfer.js";

const source = () => rddNode("parallelize", [], [], [[1]], 1);
const map = (parent: RddNode) => rddNode("map", [parent], [], null, 1);

describe("nodes go to the other side once, parents first", () => {
  test("and are joined there", () => {
    const sender = new PlanSender();
    const table = new PlanTable();
    const parent = source();
    const child = map(parent);
    table.add(sender.parts({ rdds: [child] }));
    expect(table.rdd(child.id)).toEqual(child);
    const sibling = map(parent);
    const parts = sender.parts({ rdds: [sibling] });
    expect(parts.rdds.map((node) => node.id)).toEqual([sibling.id]);
    table.add(parts);
    expect(table.rdd(sibling.id).parents[0]).toBe(table.rdd(child.id).parents[0]);
  });

  test("but the RDD of a batch never: it was made there", () => {
    const lent = lentRdd("7.1", 2);
    const child = map(lent);
    const parts = new PlanSender().parts({ rdds: [lent, child] });
    expect(parts.rdds.map((node) => node.id)).toEqual([child.id]);
  });
});

describe("what is made from a node that was let go", () => {
  test("is taken without complaint, with what else comes along, and told of when it is asked for", () => {
    const table = new PlanTable();
    const orphan = map(lentRdd("7.1", 2));
    const grandchild = map(orphan);
    const sound = source();
    table.add(new PlanSender().parts({ rdds: [grandchild, sound] }));
    expect(table.rdd(sound.id)).toEqual(sound);
    for (const { id } of [orphan, grandchild])
      expect(() => table.rdd(id)).toThrow(expect.objectContaining({ code: "RT_LET_GO" }));
  });
});
