import type { CellHost, NotebookBinding } from "../../kernel/evaluator/extension.js";
import type { HostBinding } from "../../runtime/closure/closure-host.js";
import type { ProgramHost } from "../../runtime/context/program-host.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { CellTag } from "../live/tag.js";

/** Names the kernel gives to each cell that a worker thread has of its own. */
const IN_EVERY_THREAD = new Set(["console", "require"]);

const NO_IMPORTS = new Map<string, never>();

/** The notebook as the runtime's contexts see the program around them. */
export function notebookProgram(
  host: CellHost,
  events: { contextMade(context: object): void; engineEntry: URL },
): ProgramHost {
  return {
    binding: (name) => toHostBinding(host.binding(name)),
    // Cells have their imports as variables of the notebook.
    importsOf: () => NO_IMPORTS,
    displayName: (name) => host.displayName(name),
    sourceOf: (fn) => host.sourceOf(fn),
    guardedSourceOf: (fn) => host.guardedSourceOf(fn),
    loopGuard: host.loopGuard,
    place: () => placeOf(host),
    tag: (): CellTag => ({ cell: host.current().id, key: host.current().key }),
    signal: () => host.current().signal,
    nameOf: (stream) => host.variables().find((name) => host.lookup(name) === stream),
    warn: (message) => host.write(host.current().id, "stderr", `${message}\n`),
    streamFailed: (error, tag) => {
      const cell = (tag as CellTag | undefined)?.cell ?? host.current().id;
      host.write(cell, "stderr", `${host.describeError(error)}\n${wayOut(error)}`);
    },
    ...events,
  };
}

/** What to do about a stream that failed, where its error does not say so itself. */
function wayOut(error: Error): string {
  if (!(error instanceof StreamError) || error.code !== "RT_BATCH_FAILED") return "";
  return "The streams have stopped: correct the cell and run it again, then %stream start.\n";
}

function placeOf(host: CellHost): string {
  const place = host.callPlace();
  return place === undefined ? `cell ${host.current().number}` : `cell ${place.cell}, line ${place.line}`;
}

function toHostBinding(binding: NotebookBinding | undefined): HostBinding | undefined {
  if (binding?.kind !== "ambient") return binding;
  if (IN_EVERY_THREAD.has(binding.name)) return { kind: "ambient" };
  return { kind: "stays", what: `the notebook's \`${binding.name}\`` };
}
