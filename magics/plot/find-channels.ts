/** Which field of the records each channel of a chart shows. */

import { nearestNames } from "../../kernel/magic/nearest.js";
import { StreamError } from "../../runtime/stream-error.js";
import type { Channel, ChartKind, FieldOption, FoundChannel, FoundChannels } from "./chart-kind.js";
import { type Fields, type FieldType, fieldAt, typeOf } from "./record-fields.js";

/** Fields named by --x, --y and --color. */
export type NamedFields = Readonly<Partial<Record<FieldOption, string>>>;

/** Fields of pairs and numbers: their names say nothing that the chart does not show. */
const BARE_NAMES: ReadonlySet<string> = new Set(["key", "across", "value", "time"]);

/**
 * First the fields that options name, then those whose names are meant for a channel, then any of the right type.
 * @param sample fields of some records
 * @param types of the fields, in their order
 * @returns undefined when the kind needs a channel that nothing was found for
 * @throws StreamError RT_PLOT_FIELD for an option that names a field which is not there, or cannot be drawn so
 */
export function findChannels(
  { channels }: ChartKind,
  sample: readonly Fields[],
  types: ReadonlyMap<string, FieldType>,
  named: NamedFields,
): FoundChannels | undefined {
  const found = new Map<Channel, FoundChannel>();
  const left = new Map(types);
  const take = (channel: Channel, field: string | undefined, type: FieldType | undefined): void => {
    if (field === undefined || type === undefined) return;
    left.delete(field);
    found.set(channel, { field, type, title: titleOf(field), isOptional: channel.without === "go on" });
  };
  const open = (): Channel[] => channels.filter((channel) => !found.has(channel));
  for (const channel of channels) {
    const field = channel.option && named[channel.option];
    if (field !== undefined) take(channel, field, typeOfNamed(field, channel, sample));
  }
  for (const channel of open()) {
    const field = byName(channel, left);
    take(channel, field, left.get(field ?? ""));
  }
  for (const channel of open()) {
    if (channel.otherwise === "any") take(channel, byType(channel, left), channel.types[0]);
    if (!found.has(channel) && channel.without === "batch time") found.set(channel, BATCH_TIME);
  }
  if (open().some(({ without }) => without === "refuse")) return undefined;
  return new Map(channels.flatMap((channel) => entry(channel.as, found.get(channel))));
}

const BATCH_TIME: FoundChannel = { field: undefined, type: "time", title: "", isOptional: false };

function entry(as: string, channel: FoundChannel | undefined): [string, FoundChannel][] {
  return channel === undefined ? [] : [[as, channel]];
}

function byName({ names, types }: Channel, fields: ReadonlyMap<string, FieldType>): string | undefined {
  for (const name of names) {
    for (const [field, type] of fields)
      if (field.toLowerCase() === name && types.includes(type)) return field;
  }
  return undefined;
}

function byType({ types: [wanted] }: Channel, fields: ReadonlyMap<string, FieldType>): string | undefined {
  return [...fields].find(([, type]) => type === wanted)?.[0];
}

function typeOfNamed(field: string, channel: Channel, sample: readonly Fields[]): FieldType {
  const value = sample
    .map((fields) => fieldAt(fields, field))
    .find((one) => one !== undefined && one !== null);
  const type = typeOf(field, value);
  if (type === undefined) throw noSuchField(field, channel, sample);
  if (channel.types.includes(type)) return type;
  const taken = channel.types.join(" or a ");
  throw new StreamError(
    "RT_PLOT_FIELD",
    `--${channel.option} ${field} is a ${type}, and this chart takes a ${taken} there; choose another field, or another --mark`,
  );
}

function noSuchField(field: string, { option }: Channel, sample: readonly Fields[]): StreamError {
  const fields = [...new Set(sample.flatMap((one) => Object.keys(one)))];
  const near = nearestNames(field, fields);
  const hint = near.length > 0 ? `did you mean ${near.join(" or ")}?` : `there is ${fields.join(", ")}`;
  return new StreamError(
    "RT_PLOT_FIELD",
    `--${option} ${field}: the records have no such field that could be drawn; ${hint}`,
  );
}

function titleOf(field: string): string {
  return BARE_NAMES.has(field) ? "" : field;
}
