/** The protocol counts cursor positions in Unicode code points, JavaScript in UTF-16 units. */

/** UTF-16 offset of the code point `position` of `code`; the end of the code for one beyond it. */
export function toUtf16(code: string, position: number): number {
  let offset = 0;
  for (let points = 0; points < position && offset < code.length; points++) offset += unitsAt(code, offset);
  return offset;
}

/** Code points before the UTF-16 offset `offset`. */
export function toCodePoints(code: string, offset: number): number {
  let points = 0;
  for (let at = 0; at < offset && at < code.length; at += unitsAt(code, at)) points++;
  return points;
}

function unitsAt(code: string, offset: number): number {
  return (code.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
}
