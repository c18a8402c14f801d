import { describe, expect, test } from "vitest";
import type { PortableFunction } from "../closure/portable-function.js";
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

describe("a function goes with the last node that uses it", () => {
  const portable = (id: string): PortableFunction =>
    ({ id, parts: [], label: id }) as unknown as PortableFunction;
  const mapped = (parent: RddNode, fn: string) => rddNode("map", [parent], [portable(fn)], null, 1);

  test("on both sides, and comes again with a node that needs it", () => {
    const sender = new PlanSender();
    const table = new PlanTable();
    const parent = source();
    const first = mapped(parent, "f");
    const second = mapped(parent, "f");
    table.add(sender.parts({ rdds: [first, second] }));
    sender.forget([first.id]);
    table.forget([first.id]);
    expect(table.release([first.id])).toEqual([]);
    sender.forget([second.id]);
    table.forget([second.id]);
    expect(table.release([second.id])).toEqual(["f"]);
    expect(table.release([second.id, "unknown"])).toEqual([]);
    const parts = sender.parts({ rdds: [mapped(parent, "f")] });
    expect(parts.functions.map(({ id }) => id)).toEqual(["f"]);
  });

  test("also when a job still reads from the node while another one comes", () => {
    const sender = new PlanSender();
    const table = new PlanTable();
    const first = mapped(source(), "f");
    table.add(sender.parts({ rdds: [first] }));
    sender.forget([first.id]);
    table.forget([first.id]);
    const second = mapped(source(), "f");
    expect(table.add(sender.parts({ rdds: [second] })).map(({ id }) => id)).toEqual(["f"]);
    expect(table.release([first.id])).toEqual([]);
    expect(table.rdd(second.id).functions.map(({ id }) => id)).toEqual(["f"]);
    expect(table.release([second.id])).toEqual(["f"]);
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
