/** The shell channel: this table is what the kernel answers there. */

import { commClose, commMsg, commOf, commOpen, targetOf } from "../wire/comm.js";
import { commInfo } from "../wire/comm-info.js";
import { complete } from "../wire/complete.js";
import { connect } from "../wire/connect.js";
import type { Connection } from "../wire/connection.js";
import { execute } from "../wire/execute.js";
import { history } from "../wire/history.js";
import { inspect } from "../wire/inspect.js";
import { isComplete } from "../wire/is-complete.js";
import { type KernelInfo, kernelInfo } from "../wire/kernel-info.js";
import type { Incoming } from "../wire/message.js";
import { type ShutdownRequest, shutdown } from "../wire/shutdown.js";
import type { CellRunner } from "./cell-runner.js";
import type { Cells } from "./cells.js";
import type { Comms } from "./comms.js";
import { accept, answer, type Handler, inTurn, replyOf } from "./dispatch.js";
import type { History } from "./history.js";
import type { Inspection } from "./inspection.js";
import { introspectionOf } from "./introspection.js";
import type { LanguageClient } from "./language-client.js";

/** The parts of the front that answer requests. */
export interface Answers {
  cells: Cells;
  comms: Comms;
  connection: Connection;
  history: History;
  info: KernelInfo;
  inspection: Inspection;
  language: LanguageClient;
  runner: CellRunner;
  /** Stops what runs; returns at once. */
  interrupt(): void;
  /** Closes everything but the channels, and tells all clients. */
  shutdown(request: ShutdownRequest, message: Incoming): Promise<ShutdownRequest>;
  /** Ends the process, when all messages have been sent. */
  exit(): void;
}

/** Only what the evaluator runs waits for its turn; all else is answered while a cell is busy. */
export function shellHandlers({ cells, comms, connection, language, runner, ...front }: Answers): Handler[] {
  const cause = (message: Incoming) => cells.remember(message, { silent: false, allowStdin: false });
  // A comm_open may be for a target that a cell before it registers; what follows it waits with it.
  const ofTheFront = { unless: (message: Incoming) => comms.answersAtOnce(targetOf(message)) };
  const afterOpen = { unless: (message: Incoming) => comms.has(commOf(message)) };
  return [
    answer(kernelInfo, () => front.info),
    inTurn(
      answer(execute, (request, message) => runner.execute(request, message)),
      { aborted: () => replyOf(execute, runner.aborted()) },
    ),
    answer(complete, async ({ code, cursor }) => ({ code, ...(await language.complete(code, cursor)) })),
    answer(inspect, ({ code, cursor, detail }) => front.inspection.inspect(code, cursor, detail)),
    answer(isComplete, ({ code }) =>
      introspectionOf(code) === undefined ? language.isComplete(code) : { status: "complete" },
    ),
    answer(history, async ({ access, output }) => ({ entries: await front.history.read(access), output })),
    answer(commInfo, ({ target }) => comms.list(target)),
    inTurn(
      accept(commOpen, (comm, message) => comms.opened(comm, cause(message))),
      ofTheFront,
    ),
    inTurn(
      accept(commMsg, (comm, message) => comms.message(comm, cause(message))),
      afterOpen,
    ),
    inTurn(
      accept(commClose, (comm, message) => comms.closed(comm, cause(message))),
      afterOpen,
    ),
    answer(connect, () => connection),
    { ...answer(shutdown, front.shutdown), afterwards: front.exit },
  ];
}
