import inspector from "node:inspector";
import { setFlagsFromString } from "node:v8";
import type { Origin } from "./portable-function.js";
import { SCRIPT_NAME } from "./portable-function.js";

/**
 * What only V8 knows of a function: the variables of the scopes around it, and where it was written. Read through an
 * inspector session of this very thread, which needs no flag and takes about 0.15 ms a function (measured on Node 20).
 */
export interface FunctionScopes {
  /**
   * Innermost first; the global object is left out. Only variables that some closure really uses are there. Reading one
   * that has no value yet throws a ReferenceError.
   */
  scopes: Record<string, unknown>[];
  /** The one of them that is the module's own. */
  module: Record<string, unknown> | undefined;
  origin: Origin | undefined;
}

const EXCHANGE = Symbol.for("millrace.inspectFunction");
const OBJECT_GROUP = "millrace";

let session: inspector.Session | undefined;

/** Reads the scopes of a function of this thread. */
export function inspectFunction(fn: unknown): FunctionScopes {
  const exchange: { fn: unknown; scope?: { object?: Record<string, unknown> } } = { fn };
  Object.defineProperty(globalThis, EXCHANGE, { value: exchange, configurable: true });
  try {
    const expression = `globalThis[Symbol.for(${JSON.stringify(EXCHANGE.description)})].fn`;
    const { result } = post("Runtime.evaluate", { expression, objectGroup: OBJECT_GROUP });
    const internals = properties(result.objectId).internalProperties ?? [];
    const internal = (name: string) => internals.find((property) => property.name === name)?.value;
    return {
      ...scopeObjects(internal("[[Scopes]]")?.objectId, exchange),
      origin: toOrigin(internal("[[FunctionLocation]]")?.value),
    };
  } finally {
    post("Runtime.releaseObjectGroup", { objectGroup: OBJECT_GROUP });
    Reflect.deleteProperty(globalThis, EXCHANGE);
  }
}

/** Where a function was written. Asked once of each: unlike the values around it, that stays. */
export function originOf(fn: object): Origin | undefined {
  const known = origins.get(fn);
  if (known !== undefined) return known.origin;
  const { origin } = inspectFunction(fn);
  origins.set(fn, { origin });
  return origin;
}

const origins = new WeakMap<object, { origin: Origin | undefined }>();

/** Replaces the worker's names of scripts in a stack by the names they have here. */
export function relocate(stack: string): string {
  if (!stack.includes("millrace-script-")) return stack;
  const urls = debugging((all) => all);
  return stack.replace(SCRIPT_NAME, (name, script: string) => urls.get(script) ?? name);
}

/** Text and URL of a script of this thread, as V8 was given it; undefined when it is no file. */
export function scriptText(script: string): { text: string; url: string } | undefined {
  return debugging((urls) => {
    const url = urls.get(script);
    if (url === undefined || url === "") return undefined;
    return { text: post("Debugger.getScriptSource", { scriptId: script }).scriptSource, url };
  });
}

/** The debugger domain lists all scripts of this thread when it is enabled, and is left again at once (6 ms). */
function debugging<T>(use: (urls: Map<string, string>) => T): T {
  const urls = new Map<string, string>();
  const note = ({ params }: { params: inspector.Debugger.ScriptParsedEventDataType }) => {
    urls.set(params.scriptId, params.url);
  };
  const inspecting = open();
  inspecting.on("Debugger.scriptParsed", note);
  post("Debugger.enable", {});
  try {
    return use(urls);
  } finally {
    post("Debugger.disable", {});
    inspecting.off("Debugger.scriptParsed", note);
  }
}

/** The inspector shows scopes as a list of pairs whose `object` holds the variables; a call on each hands it over. */
function scopeObjects(
  listId: string | undefined,
  exchange: { scope?: { object?: Record<string, unknown> } },
): Pick<FunctionScopes, "scopes" | "module"> {
  const scopes: Record<string, unknown>[] = [];
  let module: Record<string, unknown> | undefined;
  if (listId === undefined) return { scopes, module };
  for (const { value } of properties(listId).result) {
    if (value?.objectId === undefined || value.description?.startsWith("Global")) continue;
    const functionDeclaration = `function () { globalThis[Symbol.for(${JSON.stringify(EXCHANGE.description)})].scope = this }`;
    post("Runtime.callFunctionOn", { objectId: value.objectId, functionDeclaration });
    const variables = exchange.scope?.object;
    if (variables === undefined) continue;
    scopes.push(variables);
    if (value.description?.startsWith("Module")) module = variables;
  }
  return { scopes, module };
}

function toOrigin(location: inspector.Debugger.Location | undefined): Origin | undefined {
  if (location === undefined) return undefined;
  return { script: location.scriptId, line: location.lineNumber, column: location.columnNumber ?? 0 };
}

function properties(objectId: string | undefined): inspector.Runtime.GetPropertiesReturnType {
  return post("Runtime.getProperties", { objectId: objectId ?? "", ownProperties: true });
}

interface Methods {
  "Runtime.evaluate": [inspector.Runtime.EvaluateParameterType, inspector.Runtime.EvaluateReturnType];
  "Runtime.getProperties": [
    inspector.Runtime.GetPropertiesParameterType,
    inspector.Runtime.GetPropertiesReturnType,
  ];
  "Runtime.callFunctionOn": [
    inspector.Runtime.CallFunctionOnParameterType,
    inspector.Runtime.CallFunctionOnReturnType,
  ];
  "Runtime.releaseObjectGroup": [inspector.Runtime.ReleaseObjectGroupParameterType, unknown];
  "Debugger.enable": [object, unknown];
  "Debugger.getScriptSource": [
    inspector.Debugger.GetScriptSourceParameterType,
    inspector.Debugger.GetScriptSourceReturnType,
  ];
  "Debugger.disable": [object, unknown];
}

/** Posts to the session; in the session's own thread the answer is there when `post` returns. */
function post<M extends keyof Methods>(method: M, params: Methods[M][0]): Methods[M][1] {
  let answer: { result: Methods[M][1] } | undefined;
  let failure: Error | null = null;
  open().post(method as string, params, (error, result) => {
    failure = error;
    answer = { result: result as Methods[M][1] };
  });
  if (failure !== null) throw failure;
  if (answer === undefined) throw new Error(`the inspector did not answer ${method} at once`);
  return answer.result;
}

function open(): inspector.Session {
  if (session === undefined) {
    // Else Node 20 shows a variable that has no value yet as undefined.
    if (Number.parseInt(process.versions.node, 10) < 21)
      setFlagsFromString("--experimental-value-unavailable");
    session = new inspector.Session();
    session.connect();
  }
  return session;
}
