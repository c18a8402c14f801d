import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { connectionProblem } from "../connection-problem.js";
import type { Method } from "./name-node.js";
import {
  DataNodeFault,
  isAboutNodes,
  knownFault,
  parseRemoteException,
  type RemoteException,
} from "./remote-fault.js";

/** Between two looks at the NameNode, while a DataNode is silent. */
const LOOK_MS = 500;

/** A file and what is done with it, for messages. */
export interface Purpose {
  what: string;
  where: string;
}

/** What is done while a DataNode is silent. */
export interface Watch {
  /** One that is waited for so long is given up. */
  readonly silentMs: number;
  /** A DataNode waits for a NameNode without a word. @throws HdfsAway when that is what it does */
  look(): Promise<void>;
}

/**
 * The bytes that a DataNode gives. Read by node:http, which takes half the time that fetch takes for them.
 * @param signal ends it
 * @throws DataNodeFault when they end too soon; StreamError RT_FILE, RT_HDFS
 */
export async function* receive(
  location: URL,
  length: number,
  purpose: Purpose,
  watch: Watch,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  const asked = request(location, { method: "GET", signal });
  const heard = <T>(waited: Promise<T>) => unlessSilent(waited, asked, location, purpose, watch);
  try {
    asked.end();
    const response = await heard(answer(asked));
    if (response.statusCode !== 200) throw await heard(refused(response, location, purpose));
    const chunks = (response as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    let got = 0;
    for (let step = await heard(chunks.next()); !step.done; step = await heard(chunks.next())) {
      got += step.value.length;
      yield step.value;
    }
    if (got < length)
      throw new DataNodeFault(`${location.host} ended after ${got} of ${length} bytes`, location.host, true);
  } catch (error) {
    throw signal.aborted ? error : asFault(error, location);
  } finally {
    asked.destroy();
  }
}

/**
 * Bytes on their way to a DataNode. By node:http: Node's fetch fails on the `100 Continue` that DataNodes send unasked, after
 * the file was made.
 */
export class Delivery {
  readonly #request: ClientRequest;
  readonly #outcome: Promise<void>;
  #failed: unknown;

  constructor(
    private readonly location: URL,
    method: Method,
    private readonly purpose: Purpose,
    private readonly watch: Watch,
    success: number,
  ) {
    this.#request = request(location, { method, headers: { "content-type": "application/octet-stream" } });
    this.#outcome = this.#answered(success);
    this.#outcome.catch((error: unknown) => {
      this.#failed = error;
      this.#request.destroy();
    });
  }

  /** Resolves when there is room for more. @throws DataNodeFault, StreamError RT_FILE, RT_HDFS */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failed !== undefined) throw this.#failed;
    if (this.#request.write(bytes)) return;
    const drained = new Promise<void>((resolve) => {
      this.#request.once("drain", resolve);
    });
    await this.#heard(Promise.race([drained, this.#outcome]));
  }

  /** Resolves when the file is whole. @throws as {@link write} */
  async end(): Promise<void> {
    this.#request.end();
    await this.#heard(this.#outcome);
  }

  /** What was written is nobody's any more. */
  abort(): void {
    this.#request.destroy();
  }

  #heard<T>(waited: Promise<T>): Promise<T> {
    return unlessSilent(waited, this.#request, this.location, this.purpose, this.watch);
  }

  async #answered(success: number): Promise<void> {
    try {
      const response = await answer(this.#request);
      if (response.statusCode !== success) throw await refused(response, this.location, this.purpose);
      response.resume();
    } catch (error) {
      throw asFault(error, this.location);
    }
  }
}

/** Counts only while it is the DataNode that is waited for: whoever reads or makes the bytes may take as long as it likes. */
async function unlessSilent<T>(
  waited: Promise<T>,
  asked: ClientRequest,
  { host }: URL,
  { what }: Purpose,
  watch: Watch,
): Promise<T> {
  const { silentMs } = watch;
  const timers: NodeJS.Timeout[] = [];
  const silent = new Promise<never>((_, reject) => {
    let looked = Promise.resolve();
    const look = () => {
      looked = watch.look();
      looked.then(() => timers[0]?.refresh(), reject);
    };
    const giveUp = () => {
      const message = `${host} was silent for ${silentMs / 1000} s when it was to ${what}`;
      reject(new DataNodeFault(message, host, true, silentMs));
    };
    // A look that has begun says first whose fault it is.
    timers.push(
      setTimeout(look, LOOK_MS),
      setTimeout(() => looked.then(giveUp, reject), silentMs),
    );
  });
  try {
    return await Promise.race([waited, silent]);
  } catch (error) {
    asked.destroy();
    throw error;
  } finally {
    for (const timer of timers.splice(0)) clearTimeout(timer);
  }
}

async function answer(asked: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  // From here on what goes wrong is told by the response.
  asked.on("error", () => undefined);
  return response;
}

async function refused(response: IncomingMessage, location: URL, { what, where }: Purpose): Promise<Error> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  const said = parseRemoteException(text);
  const known = said && !isAboutNodes(said) && !isReplaced(said) ? knownFault(what, where, said) : undefined;
  if (known !== undefined) return known;
  // Whatever else fails there, fails between it and the other nodes, in more words than anyone could list.
  const why = said
    ? `${said.message.split("\n")[0]} (${said.exception})`
    : `HTTP status ${response.statusCode}`;
  return new DataNodeFault(`${location.host}: ${why}`, location.host, true);
}

/** The file that was begun went: by an earlier attempt, of a DataNode that stood still and then went on. */
function isReplaced({ exception, message }: RemoteException): boolean {
  return exception === "FileNotFoundException" && /does not have any open files/.test(message);
}

/** A connection that broke is the node's fault; nothing was sent where there never was one. */
function asFault(error: unknown, location: URL): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== "string" || code.startsWith("RT_")) return error;
  const reached = !["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"].includes(code);
  return new DataNodeFault(connectionProblem(error, location.host), location.host, reached);
}
