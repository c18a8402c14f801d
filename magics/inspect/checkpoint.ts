import { defineMagic } from "../../kernel/magic/define-magic.js";
import { absolutePath } from "../../runtime/connect/files/file-system.js";
import { type CheckpointSummary, readCheckpoint } from "../../runtime/engine/recovery/checkpoint-summary.js";
import type { StreamSession } from "../session/stream-session.js";
import { shownAs } from "../view/shown-as.js";
import { checkpointTables, checkpointTitle } from "./checkpoint-tables.js";

/** `%checkpoint states/`: where what must survive is written, and what is there. */
export const checkpoint = defineMagic({
  name: "checkpoint",
  kinds: ["line"],
  summary:
    "Shows the checkpoint of the streams: batches, states with their sizes, inputs. With a folder, has them write it there from their next start on.",
  params: [
    { kind: "positional", name: "folder", help: "where to write it; without one, shows what is there" },
  ],
  examples: ["%checkpoint checkpoints/words", "%checkpoint"],
  async run({ args }, host, session: StreamSession): Promise<CheckpointSummary | undefined> {
    const { context } = session;
    if (args.folder !== undefined) {
      const folder = absolutePath(args.folder);
      context.checkpoint(folder);
      const when =
        context.getState() === "ACTIVE" ? "from the next start on (%stream restart)" : "from the start on";
      host.print(
        `batches and states are written to ${folder} ${when}; %stream recover ${args.folder} goes on from there in a later notebook\n`,
      );
      const found = await readCheckpoint(folder);
      if (found !== undefined && context.getState() !== "ACTIVE")
        host.print(
          `there is a checkpoint in it already, which a start replaces; %stream recover ${args.folder} goes on with it instead\n`,
        );
      return undefined;
    }
    const written = context.checkpointing;
    if (written === undefined) {
      host.print(
        "the streams have no checkpoint: their states are gone with the kernel; %checkpoint FOLDER gives them one\n",
      );
      return undefined;
    }
    const found = await readCheckpoint(written.folder);
    if (found !== undefined) return shownAs(found, checkpointTitle(found), checkpointTables(found, context));
    host.print(`nothing is written to ${written.folder} yet\n`);
    return undefined;
  },
});
