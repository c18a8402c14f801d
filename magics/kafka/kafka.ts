import { defineMagic } from "../../kernel/magic/define-magic.js";
import type { MagicHost } from "../../kernel/magic/magic.js";
import { MagicUsageError } from "../../kernel/magic/parse.js";
import { KafkaTopics } from "../../runtime/connect/kafka/topics.js";
import type { StreamSession } from "../session/stream-session.js";
import { numbered } from "../view/numbered.js";
import { shownAs } from "../view/shown-as.js";
import { table } from "../view/table.js";

interface KafkaCall {
  topics: KafkaTopics;
  /** What stands after the verb. */
  words: readonly string[];
  brokers: string;
  group: string | undefined;
  last: number;
  separator: string | undefined;
  body: string | undefined;
  host: MagicHost;
}

/** What each word after %kafka does. */
const VERBS = {
  topics: async ({ topics, brokers }: KafkaCall) => {
    const partitions = await topics.partitions();
    const names = [...new Set(partitions.map(({ topic }) => topic))];
    const rows = names.map((topic) => {
      const own = partitions.filter((one) => one.topic === topic);
      return {
        topic,
        partitions: own.length,
        records: own.reduce((sum, { begin, end }) => sum + end - begin, 0),
      };
    });
    return shownAs(rows, `Topics at ${brokers}`, [
      table("topics", ["topic", "partitions", "records"], rows.map(Object.values)),
    ]);
  },
  tail: async ({ topics, words, last }: KafkaCall) => {
    const topic = only(words, "tail TOPIC");
    const records = await topics.last(topic, last);
    const rows = records.map(({ partition, offset, timestamp, key, value }) => [
      timestamp,
      partition,
      offset,
      key,
      value,
    ]);
    return shownAs(records, `The last ${numbered(records.length, "record", "records")} of ${topic}`, [
      table(topic, [{ title: "time", kind: "time" }, "partition", "offset", "key", "value"], rows),
    ]);
  },
  lag: async ({ topics, words, group }: KafkaCall) => {
    const topic = only(words, "lag TOPIC --group NAME");
    if (group === undefined)
      throw new MagicUsageError("%kafka: lag is that of a group: give its name by --group");
    const partitions = await topics.partitions(topic, group);
    const rows = partitions.map(({ partition, begin, end, committed }) => ({
      partition,
      committed,
      end,
      lag: end - (committed ?? begin),
    }));
    const all = rows.reduce((sum, { lag }) => sum + lag, 0);
    return shownAs(rows, `${group} has ${numbered(all, "record", "records")} of ${topic} before it`, [
      table(topic, ["partition", "committed", "end", "lag"], rows.map(Object.values)),
    ]);
  },
  produce: async ({ topics, words, body, separator, host }: KafkaCall) => {
    const [topic, ...rest] = words;
    if (topic === undefined)
      throw new MagicUsageError(
        "%kafka: write `%kafka produce TOPIC message`, or the messages as lines below `%%kafka produce TOPIC`",
      );
    const lines = body === undefined ? [rest.join(" ")] : body.split("\n").filter((line) => line !== "");
    const messages = lines.map((line) => messageOf(line, separator));
    await topics.produce(topic, messages);
    host.print(`wrote ${numbered(messages.length, "message", "messages")} to ${topic}\n`);
  },
};

/** `%kafka topics`: a look at the topics of a cluster, and a few messages into one. */
export const kafka = defineMagic({
  name: "kafka",
  kinds: ["line", "cell"],
  valueType: "Record<string, unknown>[]",
  summary:
    "Shows the topics of a Kafka cluster, their last records and how far a group is, and writes messages: `npx millrace dev kafka` starts a cluster.",
  params: [
    {
      kind: "positional",
      name: "verb",
      required: true,
      choices: ["topics", "tail", "lag", "produce"],
      help: "topics: which there are; tail: the last records of one; lag: how far a group is; produce: write messages",
    },
    { kind: "positional", name: "words", rest: true, help: "the topic, and for produce the message" },
    {
      kind: "option",
      name: "brokers",
      short: "b",
      help: "host:port, several with commas between; default: of the environment's KAFKA_BROKERS, else 127.0.0.1:9092",
    },
    { kind: "option", name: "group", short: "g", help: "for lag: the group" },
    {
      kind: "option",
      name: "last",
      short: "n",
      type: "integer",
      default: 10,
      min: 1,
      max: 10_000,
      help: "for tail: how many records",
    },
    {
      kind: "option",
      name: "separator",
      short: "k",
      help: "for produce: what stands between the key and the value of a message",
    },
  ],
  examples: [
    "%kafka topics",
    "%kafka tail words --last 5",
    "%kafka lag words --group counter",
    "%kafka produce words the mill race turns",
    "%%kafka produce words --separator :\nada:turns\nbob:waits",
  ],
  async run({ args, body }, host, _session: StreamSession) {
    const { verb, words = [], group, last, separator } = args;
    const brokers = args.brokers ?? process.env.KAFKA_BROKERS ?? "127.0.0.1:9092";
    if (body !== undefined && verb !== "produce")
      throw new MagicUsageError(`%%kafka: a body is for produce, not for ${verb}`);
    const topics = new KafkaTopics({ brokers }, host.signal);
    try {
      return await VERBS[verb]({ topics, words, brokers, group, last, separator, body, host });
    } finally {
      topics.close();
    }
  },
});

function only(words: readonly string[], usage: string): string {
  const [topic] = words;
  if (topic === undefined || words.length > 1) throw new MagicUsageError(`%kafka: write \`%kafka ${usage}\``);
  return topic;
}

function messageOf(line: string, separator: string | undefined): { key: string | null; value: string } {
  const at = separator === undefined ? -1 : line.indexOf(separator);
  if (separator === undefined || at < 0) return { key: null, value: line };
  return { key: line.slice(0, at), value: line.slice(at + separator.length) };
}
