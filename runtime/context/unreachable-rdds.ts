import type { RddNode } from "../plan/rdd-node.js";
import type { EngineClient } from "./engine-client.js";

/**
 * One for all contexts, which lives as long as the program. A registry that is collected after V8 has found garbage of it
 * and before it has told of that takes all others along: V8 waits for a task that is over, and no registry of the thread
 * is told of anything again (Node 20 to 24).
 */
const unreachable = new FinalizationRegistry<{ engine: WeakRef<EngineClient>; rdd: string }>(
  ({ engine, rdd }) => engine.deref()?.forget(rdd),
);

/** The engine is to forget the RDD when nobody can ask for it any more. */
export function forgetWhenUnreachable(node: RddNode, engine: EngineClient): void {
  unreachable.register(node, { engine: new WeakRef(engine), rdd: node.id });
}
