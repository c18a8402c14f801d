import { randomUUID } from "node:crypto";
import { defineMagic } from "../../kernel/magic/define-magic.js";
import { LIVE_MIME, type LiveBundle } from "../../kernel/port/live.js";
import { SHOWN_BATCHES, STREAMS_TABLES, streamsPicture } from "../live/streams-tables.js";
import type { StreamSession } from "../session/stream-session.js";

/** More than inputs and outputs there are. */
const KEPT_ROWS = 1000;

/** `%streams`: a table of all inputs and outputs that goes on changing. */
export const streams = defineMagic({
  name: "streams",
  kinds: ["line"],
  summary:
    "Shows all streams in tables that go on changing: rates and lag of the inputs, times, state and failures of the outputs, with buttons.",
  params: [],
  examples: ["%streams"],
  async run(_call, host, session: StreamSession) {
    const bundle = await streamsBundle(session);
    host.show({ [LIVE_MIME]: bundle }, bundle.display);
    await session.context.follow(bundle.display);
  },
});

/** The tables as they are now; `context.follow` with its display keeps them moving once it is shown. */
export async function streamsBundle({ context, host }: StreamSession): Promise<LiveBundle> {
  const status = await context.status();
  const standing = status && { status, batches: await context.batches(SHOWN_BATCHES) };
  return {
    display: randomUUID(),
    notebookCell: host.current().key,
    spec: null,
    tables: STREAMS_TABLES,
    keepRows: KEPT_ROWS,
    ...streamsPicture(standing, context.outputs()),
  };
}
