/** Where a request goes, and with which headers. */
export interface HttpRequest {
  url: string;
  headers: Record<string, string>;
}

/**
 * A request to a URL that may have a name and a password in it: as curl and browsers do, they go into the `authorization` of basic
 * authentication (RFC 7617), unless the headers have one. `fetch` refuses such a URL, and shows all of it in its error.
 */
export function httpRequest(url: string, headers: Readonly<Record<string, string>>): HttpRequest {
  const bare = new URL(url);
  const { username, password } = bare;
  if (username === "" && password === "") return { url, headers };
  bare.username = "";
  bare.password = "";
  const isGiven = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  const credentials = [username, password].map(decodeURIComponent).join(":");
  const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  return { url: bare.href, headers: isGiven ? headers : { ...headers, authorization } };
}
