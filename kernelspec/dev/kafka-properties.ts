/** The configuration of a broker that is alone, on this machine, and for development. */

export interface BrokerAddress {
  port: number;
  /** Of the controller, which is in the same process. */
  controllerPort: number;
  /** Folder of the data. */
  data: string;
}

/** A listener beside the open one. */
export interface GuardedListener {
  port: number;
  /** Passwords by name: it asks who one is. */
  users: Readonly<Record<string, string>>;
  /** Its certificate with the key, where it speaks TLS only. */
  keyStore: KeyStore | undefined;
}

/** A file in PKCS #12. */
export interface KeyStore {
  path: string;
  password: string;
}

/** Text of a server.properties. @param more lines that count more than those here */
export function brokerProperties(
  address: BrokerAddress,
  guarded: readonly GuardedListener[],
  more: Readonly<Record<string, string>>,
): string {
  const { port, controllerPort, data } = address;
  const listeners = [
    { name: "PLAINTEXT", protocol: "PLAINTEXT", port },
    ...guarded.map(({ port, keyStore }, i) => ({
      name: `GUARDED${i}`,
      protocol: keyStore === undefined ? "SASL_PLAINTEXT" : "SASL_SSL",
      port,
    })),
  ];
  const open = listeners.map(({ name, port }) => `${name}://127.0.0.1:${port}`);
  const protocols = listeners.map(({ name, protocol }) => `${name}:${protocol}`);
  const all: Record<string, string> = {
    "process.roles": "broker,controller",
    "node.id": "1",
    listeners: [...open, `CONTROLLER://127.0.0.1:${controllerPort}`].join(),
    "advertised.listeners": open.join(),
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": [...protocols, "CONTROLLER:PLAINTEXT"].join(),
    "controller.quorum.voters": `1@127.0.0.1:${controllerPort}`,
    "log.dirs": data.replaceAll("\\", "/"),
    ...ALONE,
    ...QUICK,
    ...SMALL,
    ...(guarded.length > 0 && AUTHORIZED),
    ...Object.assign({}, ...guarded.map((one, i) => guardedProperties(one, `listener.name.guarded${i}`))),
    ...more,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

function guardedProperties({ users, keyStore }: GuardedListener, at: string): Record<string, string> {
  const known = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`);
  return {
    [`${at}.sasl.enabled.mechanisms`]: "PLAIN",
    [`${at}.plain.sasl.jaas.config`]: `org.apache.kafka.common.security.plain.PlainLoginModule required ${known.join(" ")};`,
    ...(keyStore && {
      [`${at}.ssl.keystore.type`]: "PKCS12",
      [`${at}.ssl.keystore.location`]: keyStore.path,
      [`${at}.ssl.keystore.password`]: keyStore.password,
      [`${at}.ssl.key.password`]: keyStore.password,
    }),
  };
}

/** Users of guarded listeners may what is granted to them; whoever uses the open one may all, and grants it. */
const AUTHORIZED = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS",
};

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
