import { StreamError } from "../../stream-error.js";
import { HdfsAway } from "./hdfs-away.js";

/** What a NameNode or DataNode answers in place of what it was asked for. */
export interface RemoteException {
  /** Simple name of a class of Java. */
  exception: string;
  message: string;
}

/** A DataNode went away, or could not give or take the bytes: another one may, or the same a little later. */
export class DataNodeFault extends Error {
  override readonly name = "DataNodeFault";

  /**
   * @param node address of the DataNode, where it is known
   * @param reached whether it may have taken some of the bytes
   * @param silentMs how long it was waited for in vain
   */
  constructor(
    message: string,
    readonly node: string | undefined,
    readonly reached: boolean,
    readonly silentMs = 0,
  ) {
    super(message);
  }
}

/** There is nothing of a path. */
export class Missing extends StreamError {}

/** Of the answers that say what is wrong with a path, or with who asks. */
const FILE_FAULTS: Readonly<Record<string, string>> = {
  FileAlreadyExistsException: "it exists already",
  ParentNotDirectoryException: "a part of the path is no folder",
  PathIsNotEmptyDirectoryException: "it is not empty",
  PathIsNotDirectoryException: "it is no folder",
  NSQuotaExceededException: "the quota of names is used up",
  DSQuotaExceededException: "the quota of space is used up",
  QuotaExceededException: "the quota is used up",
  AlreadyBeingCreatedException: "another program is writing it",
  UnresolvedPathException: "it is a symbolic link",
};

/**
 * What an answer says, in a sentence with the way out.
 * @param what "create"
 * @param where URL of the file
 */
export function remoteFault(what: string, where: string, said: RemoteException): StreamError {
  const [first = ""] = said.message.split("\n");
  return (
    knownFault(what, where, said) ??
    new StreamError("RT_HDFS", `cannot ${what} ${where}: ${first} (${said.exception})`)
  );
}

/** The same of what is wrong with the path, with who asks, or with the cluster as a whole; undefined for anything else. */
export function knownFault(
  what: string,
  where: string,
  { exception, message }: RemoteException,
): StreamError | undefined {
  const cannot = `cannot ${what} ${where}: `;
  const [first = ""] = message.split("\n");
  if (exception === "FileNotFoundException") return new Missing("RT_FILE", `${cannot}it does not exist`);
  const known = FILE_FAULTS[exception];
  if (known !== undefined) return new StreamError("RT_FILE", `${cannot}${known} (${exception})`);
  switch (exception) {
    case "AccessControlException":
      return new StreamError(
        "RT_FILE",
        `${cannot}permission is denied (${first.replace(/^Permission denied: /, "")}); take another path, or be another user by the option hdfs: { user } or HADOOP_USER_NAME`,
      );
    case "SafeModeException":
      return new HdfsAway(
        `${cannot}the NameNode is in safe mode, in which nothing can be written; it leaves it by itself when enough DataNodes have reported, or by \`hdfs dfsadmin -safemode leave\``,
      );
    case "RetriableException":
      return new HdfsAway(`${cannot}the NameNode cannot do it yet (${first})`);
    case "InvalidToken":
    case "SecurityException":
    case "AuthenticationException":
      return new StreamError(
        "RT_HDFS",
        `${cannot}the cluster does not take who asks (${first}); give it a valid delegation token by the option hdfs: { delegationToken } or MILLRACE_HDFS_TOKEN`,
      );
    case "StandbyException":
      return new HdfsAway(`${cannot}this NameNode is on standby; give the host of the active one`);
  }
  return undefined;
}

/** Whether an answer is about the blocks and who holds them, not about the path: to try again may end well. */
export function isAboutNodes({ exception, message }: RemoteException): boolean {
  if (isAboutSafeMode({ exception, message })) return false;
  return (
    /^(BlockMissingException|RetriableException|ConnectException|SocketTimeoutException|SocketException|ReplicaNotFoundException|RecoveryInProgressException)$/.test(
      exception,
    ) ||
    (exception === "IOException" &&
      /could only be written to|failed to find datanode|no active|could not obtain|blocks? missing|all datanodes|bad datanode|unable to close file/i.test(
        message,
      ))
  );
}

/** Safe mode also comes wrapped, as something that passes: it does, but not within a task. */
function isAboutSafeMode({ exception, message }: RemoteException): boolean {
  return exception === "SafeModeException" || /safe mode/i.test(message);
}

/** @returns what an answer's body says; undefined when it is none of WebHDFS */
export function parseRemoteException(body: string): RemoteException | undefined {
  try {
    const { RemoteException: found } = JSON.parse(body) as { RemoteException?: RemoteException };
    if (typeof found?.exception !== "string") return undefined;
    const message = String(found.message ?? "");
    return {
      exception: isAboutSafeMode({ exception: found.exception, message })
        ? "SafeModeException"
        : found.exception,
      message,
    };
  } catch {
    return undefined; // HTML of another server, or nothing
  }
}
