import { describe, expect, it } from "vitest";
import { Cells } from "./cells.js";

const request = (id: string) => ({ id, headerJson: `{"msg_id":"${id}"}`, identities: [] });
const loud = { silent: false, allowStdin: false };

describe("cells", () => {
  it("finds the request of a cell that ended long ago", () => {
    const cells = new Cells();
    for (const id of ["a", "b", "c"]) cells.begin(request(id), loud);
    expect(cells.find("a")?.requester.headerJson).toBe('{"msg_id":"a"}');
  });

  it.each([undefined, "unknown"])("gives output of the cell %s to the current one", (id) => {
    const cells = new Cells();
    expect(cells.find(id)).toBeUndefined();
    cells.begin(request("a"), loud);
    expect(cells.find(id)?.id).toBe("a");
  });

  it("gives what comes after a silent cell to the one before it", () => {
    const cells = new Cells();
    cells.begin(request("a"), loud);
    cells.end();
    cells.begin(request("quiet"), { silent: true, allowStdin: false });
    expect(cells.current?.id).toBe("quiet");
    cells.end();
    expect(cells.current?.id).toBe("a");
  });

  it("does not take a request that is no cell for the current one", () => {
    const cells = new Cells();
    cells.begin(request("a"), loud);
    cells.remember(request("comm"), loud);
    expect([cells.current?.id, cells.find("comm")?.id]).toEqual(["a", "comm"]);
  });

  it("forgets the cell whose output is the longest ago", () => {
    const cells = new Cells(2);
    cells.begin(request("stream"), loud);
    cells.begin(request("quiet"), loud);
    cells.find("stream");
    cells.begin(request("new"), loud);
    expect(["stream", "quiet", "new"].map((id) => cells.find(id)?.id)).toEqual(["stream", "new", "new"]);
  });
});
