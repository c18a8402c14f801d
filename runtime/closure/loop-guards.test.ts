import { expect, test } from "vitest";
import { LOOP_GUARD, withLoopGuards } from "./loop-guards.js";

const G = `${LOOP_GUARD.flag}[0]&&${LOOP_GUARD.stop}();`;

test.each([
  ["for (;;) { f(); }", `for (;;) {${G} f(); }`],
  ["for (const x of xs) f(x);", `for (const x of xs) {${G}f(x);}`],
  [
    "for (const k in o)\n  if (k) f(k);\n  else g();",
    `for (const k in o)\n  {${G}if (k) f(k);\n  else g();}`,
  ],
  ["while (f()) for (;;) ;", `while (f()) {${G}for (;;) {${G};}}`],
  ["do f(); while (x)", `do {${G}f();} while (x)`],
  ["outer: for (;;) while (1) continue outer", `outer: for (;;) {${G}while (1) {${G}continue outer}}`],
])("each turn of a loop looks first whether it is to end: %j", (loop, guarded) => {
  expect(withLoopGuards(`(() => {\n${loop}\n})`)).toBe(`(() => {\n${guarded}\n})`);
});

test.each(["(x) => x.for.while", '(x) => "for (;;) {}"', "(x) => x /* do */ + 1"])(
  "what is no loop stays as it is: %s",
  (source) => expect(withLoopGuards(source)).toBe(source),
);

test("loops of methods, static blocks and inner functions are guarded too", () => {
  const source = "(class { static { for (;;) {} } m() { while (1) {} } f = () => { do {} while (1) } })";
  expect(withLoopGuards(source).split(G)).toHaveLength(4);
});
