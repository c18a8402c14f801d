import { expect, test } from "vitest";
import { httpRequest } from "./http-request.js";

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString("base64")}`;

test.each([
  ["http://h/a?b=c", {}, "http://h/a?b=c", {}],
  ["http://ada:s3cret@h/a?b=c", {}, "http://h/a?b=c", { authorization: basic("ada:s3cret") }],
  ["https://ada@h/", { accept: "x" }, "https://h/", { accept: "x", authorization: basic("ada:") }],
  ["http://a%40b:%C3%BC%3A@h/", {}, "http://h/", { authorization: basic("a@b:ü:") }],
  ["http://ada:s3cret@h/", { Authorization: "Bearer t" }, "http://h/", { Authorization: "Bearer t" }],
])("%s with %j is a request to %s", (url, headers, bare, sent) => {
  expect(httpRequest(url, headers as Record<string, string>)).toEqual({ url: bare, headers: sent });
});
