/** The cases of closures as programs: their modules, and what a driver prints of them. */

import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ClosureCase, FILES } from "./closure-cases.js";

export interface ProgramForm {
  language: "js" | "ts";
  /** How the program's own package has its modules. */
  modules: "module" | "commonjs";
}

/** What became of a case: the rows it gave, or its error. */
export type Outcome = { gives: unknown[] } | { code: string; message: string };

const root = fileURLToPath(new URL("../../../", import.meta.url));

const MILLRACE = `import { SparkContext } from "millrace";\nexport const sc = new SparkContext({ workers: 2 });`;

/**
 * Writes the cases as a program into a folder: a module each, the files and packages they import, and `main`, which prints
 * the {@link Outcome} of each as one line of JSON.
 * @param context the module that exports `sc`
 */
export function writeProgram(
  folder: string,
  cases: readonly ClosureCase[],
  { language, modules }: ProgramForm,
  context = MILLRACE,
): void {
  const write = (name: string, text: string): void => {
    const file = join(folder, name.replace(/\.ts$/, `.${language}`));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, name.endsWith(".ts") ? sourceOf(text, language, modules) : text);
  };
  for (const [name, text] of Object.entries(FILES)) write(name, text);
  symlinkSync(root, join(folder, "node_modules/millrace"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  write("package.json", JSON.stringify({ type: modules }));
  write("tsconfig.json", JSON.stringify({ compilerOptions: { target: "ES2022", module: "NodeNext" } }));
  write("shared.ts", context);
  cases.forEach((one, i) => {
    write(`case${i}.ts`, moduleOf(one));
  });
  write("main.ts", driverOf(cases));
}

function moduleOf({ given = "", f }: ClosureCase): string {
  return `import { sc } from "./shared.js";\n${given}\nexport const f = ${f};\n`;
}

function driverOf(cases: readonly ClosureCase[]): string {
  const inputs = JSON.stringify(cases.map(({ on = [1] }) => on));
  return `
    import { sc } from "./shared.js";
    ${cases.map((_, i) => `import { f as f${i} } from "./case${i}.js";`).join("\n")}
    const outcome = async (f, on) => {
      try {
        return { gives: await sc.parallelize(on, 2).map(f).collect() };
      } catch ({ code, message }) {
        return { code, message };
      }
    };
    const all = [${cases.map((_, i) => `f${i}`).join()}].map((f, i) => outcome(f, ${inputs}[i]));
    Promise.all(all).then((outcomes) => console.log(JSON.stringify(outcomes)));
  `;
}

/** The cases are not typed; CommonJS of TypeScript names its files without an extension. */
function sourceOf(text: string, language: ProgramForm["language"], modules: ProgramForm["modules"]): string {
  if (language === "js") return text;
  const named = modules === "commonjs" ? text.replace(/"(\.\/\w+)\.js"/g, '"$1"') : text;
  return `// @ts-nocheck\n${named}`;
}
