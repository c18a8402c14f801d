import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { parseValue } from "../../kernel/magic/parse-value.js";
import type { StopKind } from "../../runtime/engine/port.js";
import type { StreamSession } from "../session/stream-session.js";

/** What a verb of `%stream` is given. */
export interface StreamCall {
  host: Pick<MagicHost, "print" | "signal">;
  session: StreamSession;
  /** What stands after the verb. */
  names: readonly string[];
  how: StopKind;
  states: "keep" | "reset" | undefined;
  /** For stop: what follows, when all has ended. */
  afterwards?(): Promise<void>;
}

type Verb = "start" | "stop" | "restart" | "status" | "list" | "await" | "recover" | "redeploy";

/** Verbs that each of the other parameters is for. */
const MEANT_FOR: Record<"names" | "graceful" | "now" | "states", { what: string; verbs: readonly Verb[] }> = {
  names: { what: "a name", verbs: ["start", "stop", "restart", "redeploy", "await", "recover"] },
  graceful: { what: "--graceful", verbs: ["stop", "restart"] },
  now: { what: "--now", verbs: ["stop", "restart"] },
  states: { what: "--states", verbs: ["recover"] },
};

/** @throws MagicUsageError when a parameter is given that the verb would leave unread, or that contradicts another */
export function checkMeant(verb: Verb, given: Record<keyof typeof MEANT_FOR, boolean>): void {
  for (const [name, { what, verbs }] of Object.entries(MEANT_FOR)) {
    if (!given[name as keyof typeof MEANT_FOR] || verbs.includes(verb)) continue;
    throw usage(`${what} is for ${listed(verbs)}, not for ${verb}`);
  }
  if (given.graceful && given.now) throw usage("--graceful and --now are opposites");
}

/** @throws MagicUsageError when there is none, or more than one */
export function onlyName(verb: Verb, [name, ...more]: readonly string[]): string {
  if (name === undefined)
    throw usage(`${verb} needs ${verb === "recover" ? "the checkpoint's folder" : "a name"}`);
  if (more.length > 0) throw usage(`${verb} takes one value, so "${more[0]}" is one too many`);
  return name;
}

/** In ms. @throws MagicUsageError */
export function onlyDuration(verb: Verb, names: readonly string[]): number {
  const written = onlyName(verb, names);
  try {
    return Number(
      parseValue(written, { kind: "positional", name: "names", type: "duration", help: "" }, verb),
    );
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(sentence: string): MagicUsageError {
  return new MagicUsageError(`%stream: ${sentence} (%stream -h shows its use)`);
}

function listed(verbs: readonly string[]): string {
  return verbs.length === 1 ? String(verbs[0]) : `${verbs.slice(0, -1).join(", ")} and ${verbs.at(-1)}`;
}
