import { short } from "../rows/short-text.js";
import { StreamError } from "../stream-error.js";
import { nearNames } from "./near-names.js";

/** What an argument is to be. */
export interface Operand {
  readonly code: string;
  /** For people: what it is. */
  readonly is: string;
  holds(value: unknown): boolean;
  /** Of those that are there of an object's fields, which are looked at too. */
  readonly fields?: Signature;
  /** Whether an object has no other fields than these: one that is misspelt would say nothing. */
  readonly isClosed?: boolean;
}

/** The arguments of a method by their names, in their order. Those that are not named are looked at where they are used. */
export type Signature = Readonly<Record<string, Operand>>;

/** Those of a method, or of each of its forms. */
export type Signatures = Readonly<Record<string, Signature | readonly Signature[]>>;

/**
 * Has methods look at their arguments before they do anything: programs without types, and cells that were only warned, give what
 * would fail deep inside, or later, or be taken for something else.
 * @param facade whose methods they are: the prototype of a class, or a class with static ones
 * @throws StreamError with the operand's code; from a method that is async, as its promise
 */
export function takes(facade: object, signatures: Signatures): void {
  for (const [name, signature] of Object.entries(signatures)) {
    const property = Object.getOwnPropertyDescriptor(facade, name);
    if (property === undefined) throw new Error(`there is no method ${name} to look at the arguments of`);
    const forms = Array.isArray(signature) ? (signature as readonly Signature[]) : [signature as Signature];
    const shown = typeof facade === "function" ? `${facade.name}.${name}` : name;
    const checked = checking(property.value as Method, shown, forms);
    Object.defineProperty(facade, name, { ...property, value: checked });
  }
}

/** The same of one argument of a constructor, or of a function that is no method. @throws StreamError with the operand's code */
export function checkArgument(callee: string, signature: Signature, value: unknown): void {
  const refusal = refusalOf(callee, [signature], [value]);
  if (refusal !== undefined) throw refusal;
}

type Method = (this: unknown, ...given: unknown[]) => unknown;

function checking(method: Method, shown: string, forms: readonly Signature[]): Method {
  const isAsync = method.constructor === AsyncFunction;
  const checked: Method = function (...given) {
    const refusal = refusalOf(shown, forms, given);
    if (refusal === undefined) return method.apply(this, given);
    if (isAsync) return Promise.reject(refusal);
    throw refusal;
  };
  return Object.defineProperties(checked, { name: { value: method.name }, length: { value: method.length } });
}

const AsyncFunction = (async () => undefined).constructor;

/** Of the forms of a method the one is meant that what was given fits furthest. */
function refusalOf(
  method: string,
  forms: readonly Signature[],
  given: readonly unknown[],
): StreamError | undefined {
  let furthest = -1;
  let misfit: Misfit | undefined;
  for (const form of forms) {
    const operands = Object.entries(form);
    const misfits = operands.map(([name, operand], i) => misfitOf(name, operand, given[i]));
    const at = misfits.findIndex((one) => one !== undefined);
    if (at < 0) return undefined;
    if (at > furthest) misfit = misfits[at];
    furthest = Math.max(furthest, at);
  }
  return misfit && refused(method, misfit);
}

/** What is not what it is to be: an argument, or a field of one. */
interface Misfit {
  name: string;
  code: string;
  /** For people: what it should be, and what it is. */
  fault: string;
}

function misfitOf(name: string, operand: Operand, value: unknown): Misfit | undefined {
  const { code, is, fields } = operand;
  if (!operand.holds(value)) return { name, code, fault: `is ${is}, not ${short(value)}` };
  if (fields === undefined || typeof value !== "object" || value === null) return undefined;
  const given = value as Readonly<Record<string, unknown>>;
  for (const [field, of] of Object.entries(fields)) {
    const misfit = misfitOf(`${name}.${field}`, of, given[field]);
    if (misfit !== undefined) return misfit;
  }
  if (operand.isClosed !== true) return undefined;
  const stranger = Object.keys(given).find((field) => !Object.hasOwn(fields, field));
  return stranger === undefined
    ? undefined
    : { name, code: "RT_OPTIONS", fault: strangerFault(stranger, Object.keys(fields)) };
}

function strangerFault(stranger: string, known: readonly string[]): string {
  const near = nearNames(stranger, known);
  const wayOut =
    near.length > 0 ? `did you mean ${listed(near, "or")}?` : `it may have ${listed(known, "and")}`;
  return `has no \`${stranger}\`; ${wayOut}`;
}

function listed(names: readonly string[], word: string): string {
  const quoted = names.map((name) => `\`${name}\``);
  const last = quoted.pop();
  return quoted.length === 0 ? `${last}` : `${quoted.join(", ")} ${word} ${last}`;
}

function refused(method: string, { name, code, fault }: Misfit): StreamError {
  return new StreamError(code, `\`${name}\` of \`${method}\` ${fault}`);
}
