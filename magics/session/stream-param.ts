/** The first value of every magic that is about one stream; {@link StreamSession.stream} finds what it names. */
export const streamParam = {
  kind: "positional",
  name: "stream",
  required: true,
  variableTypes: ["DStream"],
  help: "variable that holds the stream",
} as const;
