/** What went wrong with a connection, in words, by the codes of Node, undici and OpenSSL. */
const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "the host name is unknown",
  EAI_AGAIN: "the host name cannot be looked up now",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no way to the host",
  ETIMEDOUT: "the host does not answer",
  UND_ERR_CONNECT_TIMEOUT: "the host does not answer",
  UND_ERR_HEADERS_TIMEOUT: "the server does not answer",
  UND_ERR_BODY_TIMEOUT: "the server was silent for five minutes",
  UND_ERR_SOCKET: "the server closed the connection",
  ECONNRESET: "the sender reset the connection",
  EPIPE: "the server closed the connection",
  HPE_INVALID_CONSTANT: "what answers does not speak HTTP",
};

/** The same of what stays as it is until someone changes it. */
const LASTING: Readonly<Record<string, string>> = {
  ...byEach(
    "its certificate is signed by nobody who is known here; name the file of who signed it in NODE_EXTRA_CA_CERTS",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    "UNABLE_TO_GET_ISSUER_CERT",
  ),
  CERT_HAS_EXPIRED: "its certificate has expired",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is another host's",
  ...byEach(
    "it does not speak TLS; write http: in place of https:",
    "ERR_SSL_WRONG_VERSION_NUMBER",
    "EPROTO",
  ),
};

/** What went wrong with a connection to `where`, in words. */
export function connectionProblem(error: unknown, where: string): string {
  const { code, message } = rootOf(error);
  return `${where}: ${CAUSES[code] ?? LASTING[code] ?? message} (${code})`;
}

/** Whether it is of no use to connect again. */
export function isLasting(error: unknown): boolean {
  return rootOf(error).code in LASTING;
}

/** A name with several addresses fails with all their errors at once, fetch with the one that caused its own. */
function rootOf(error: unknown): { code: string; message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return rootOf(error.errors[0]);
  if (error instanceof Error && error.cause instanceof Error) return rootOf(error.cause);
  const { code, name, message } = error as NodeJS.ErrnoException;
  return { code: code ?? name, message };
}

function byEach(text: string, ...codes: string[]): Record<string, string> {
  return Object.fromEntries(codes.map((code) => [code, text]));
}
