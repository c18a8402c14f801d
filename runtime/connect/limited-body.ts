/**
 * The text of a body, as far as it is no longer than so many bytes: of a longer one the beginning, and nothing more is read of it.
 * @returns with whether it is all
 */
export async function limitedText(
  { body }: Pick<Response, "body">,
  bytes: number,
): Promise<{ text: string; isWhole: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  let read = 0;
  for await (const chunk of body ?? []) {
    read += chunk.length;
    text += decoder.decode(chunk, { stream: true });
    if (read > bytes) return { text, isWhole: false };
  }
  return { text: text + decoder.decode(), isWhole: true };
}
