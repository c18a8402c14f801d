/** A notebook whose Python kernel plays Millrace's part: it proves the plugin by itself. */

import { writeFileSync } from "node:fs";

/** Strings that would be markup if anything took them for it. */
export const HOSTILE_WORD = "<img src=x onerror=alert(1)>";
export const HOSTILE_MARKUP = "<b>records</b>";

const SPEC = {
  $schema: "https://vega.github.io/schema/vega-lite/v5.json",
  data: { name: "rows" },
  height: 200,
  mark: { type: "bar", tooltip: true },
  encoding: {
    x: { field: "count", type: "quantitative" },
    y: { field: "word", type: "nominal", sort: "-x", title: null },
  },
};

/** Answers comms on `millrace.live` for the display `words`, and sends changes until told to stop. */
const FEEDER = `
import itertools, threading
from comm import get_comm_manager

comms, hidden, running, tick = [], set(), threading.Event(), itertools.count(1)
running.set()

def status():
    moving = running.is_set()
    return {"state": "streaming" if moving else "stopped", "reason": "" if moving else "stopped by hand", "text": f"{next(tick)} ${HOSTILE_MARKUP}"}

def rows():
    n = next(tick)
    return [{"word": word, "count": 10 + (n * step) % 97} for step, word in enumerate(["${HOSTILE_WORD}", "mill", "race", "water", "wheel"], 1)]

def opened(comm, message):
    if message["content"]["data"]["display"] != "words":
        return comm.send({"type": "gone", "status": {"state": "stopped", "reason": "made before a restart", "text": ""}})
    @comm.on_msg
    def command(message):
        data = message["content"]["data"]
        if data["type"] == "visible":
            return hidden.discard(comm) if data["visible"] else hidden.add(comm)
        running.set() if data["command"] == "start" else running.clear()
        comm.send({"type": "change", "mode": "replace", "rows": rows(), "status": status()})
    comm.send({"type": "snapshot", "spec": spec, "rows": rows(), "status": status()})
    comms.append(comm)

def feed():
    while True:
        running.wait()
        for comm in comms:
            comm not in hidden and comm.send({"type": "change", "mode": "replace", "rows": rows(), "status": status()})
        threading.Event().wait(0.1)

get_comm_manager().register_target("millrace.live", opened)
threading.Thread(target=feed, daemon=True).start()
`;

const DISPLAY = `
from IPython.display import display
bundle = {"display": "words", "spec": spec, "rows": rows(), "status": status(), "keepRows": 1000}
display({"application/vnd.millrace.stream.v1+json": bundle, "application/vnd.vegalite.v5+json": spec, "text/plain": "a chart"}, raw=True)
`;

/** Writes the notebook to `file`. */
export function writeFedNotebook(file: string): void {
  const spec = `import json\nspec = json.loads(${JSON.stringify(JSON.stringify(SPEC))})`;
  const cells = [spec, FEEDER, DISPLAY].map((source, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source: source.trim(),
  }));
  const metadata = { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } };
  writeFileSync(file, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
}
