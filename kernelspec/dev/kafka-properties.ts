/** The configuration of a broker that is alone, on this machine, and for development. */

export interface BrokerAddress {
  port: number;
  /** Of the controller, which is in the same process. */
  controllerPort: number;
  /** Folder of the data. */
  data: string;
}

/** A second listener that asks who one is. */
export interface GuardedListener {
  port: number;
  /** Passwords by name. */
  users: Readonly<Record<string, string>>;
}

/** Text of a server.properties. @param more lines that count more than those here */
export function brokerProperties(
  address: BrokerAddress,
  guarded: GuardedListener | undefined,
  more: Readonly<Record<string, string>>,
): string {
  const { port, controllerPort, data } = address;
  const all: Record<string, string> = {
    "process.roles": "broker,controller",
    "node.id": "1",
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": `PLAINTEXT://127.0.0.1:${port}`,
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    "log.dirs": data.replaceAll("\\", "/"),
    ...ALONE,
    ...QUICK,
    ...SMALL,
    ...(guarded === undefined ? {} : guardedProperties(address, guarded)),
    ...more,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

/** Users of the second listener may what is granted to them; whoever uses the first one may all, and grants it. */
function guardedProperties(
  { port, controllerPort }: BrokerAddress,
  guarded: GuardedListener,
): Record<string, string> {
  const users = Object.entries(guarded.users).map(([name, password]) => `user_${name}="${password}"`);
  const open = `PLAINTEXT://127.0.0.1:${port},GUARDED://127.0.0.1:${guarded.port}`;
  return {
    listeners: `${open},CONTROLLER://127.0.0.1:${controllerPort}`,
    "advertised.listeners": open,
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_PLAINTEXT",
    "listener.name.guarded.sasl.enabled.mechanisms": "PLAIN",
    "listener.name.guarded.plain.sasl.jaas.config": `org.apache.kafka.common.security.plain.PlainLoginModule required ${users.join(" ")};`,
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
  };
}

/** There is nobody to copy to. */
const ALONE = {
  "offsets.topic.replication.factor": "1",
  "transaction.state.log.replication.factor": "1",
  "transaction.state.log.min.isr": "1",
  "share.coordinator.state.topic.replication.factor": "1",
  "share.coordinator.state.topic.min.isr": "1",
};

/** Groups begin at once; a broker that was killed is itself again after 2 s, not 9. */
const QUICK = {
  "auto.create.topics.enable": "false",
  "group.initial.rebalance.delay.ms": "0",
  "group.min.session.timeout.ms": "1000",
  "broker.heartbeat.interval.ms": "500",
  "broker.session.timeout.ms": "2000",
};

/** Little memory, few threads, few files. */
const SMALL = {
  "num.partitions": "1",
  "offsets.topic.num.partitions": "4",
  "transaction.state.log.num.partitions": "4",
  "share.coordinator.state.topic.num.partitions": "1",
  "num.network.threads": "2",
  "num.io.threads": "4",
  "background.threads": "2",
  "log.cleaner.dedupe.buffer.size": "2097152",
  "log.segment.bytes": "268435456",
  "metadata.log.segment.bytes": "8388608",
};

/** What a broker prints: all that is to be known of its start, on stdout. */
export const LOG_PROPERTIES = `status=warn
rootLogger.level=info
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %m (%c{1})%n
`;
