import { sequences } from "../testing/sequence.js";

sequences(
  "JSX with a factory of the notebook",
  [
    {
      title: "calls the factory that an earlier cell declared",
      cells: [
        "const make = (tag: unknown, props: object | null, ...children: unknown[]) => ({ tag, props, children }), All = 'all'",
        `<div class="a" {...{ x: 1 }}>hi {1 + 1}<b/></div>`,
      ],
      result:
        "{\n  tag: 'div',\n  props: { class: 'a', x: 1 },\n  children: [ 'hi ', 2, { tag: 'b', props: null, children: [] } ]\n}",
    },
    {
      title: "and the fragment, also where the cell mentions neither",
      cells: ["const make = (tag: unknown) => tag, All = 'all'", "<><p>x</p></>"],
      result: "'all'",
    },
    {
      title: "a factory declared again is seen by elements of earlier cells",
      cells: ["const make = () => 1; const view = () => <p/>", "const make = () => 2", "view()"],
      result: "2",
    },
    {
      title: "generic arrow functions need their comma, comparisons stay",
      cells: ["const id = <T,>(x: T) => x\nid<number>(2) < 3"],
      result: "true",
    },
    {
      title: "an error in an element is placed in the cell",
      cells: ["const ok = 1;\n<div>{</div>"],
      error: 'SyntaxError: Expected identifier but found "/"',
      traceback: ["Cell In[1], line 2, column 8", "> 2 | <div>{</div>"],
    },
  ],
  {
    "tsconfig.json": `{"compilerOptions": {"jsx": "react", "jsxFactory": "make", "jsxFragmentFactory": "All"}}`,
  },
);

sequences(
  "JSX with an automatic runtime",
  [
    {
      title: "imports the runtime for the cell",
      cells: ["<div>a</div>"],
      result: "{ tag: 'div', props: { children: 'a' } }",
    },
    {
      title: "in a component that a later cell calls",
      cells: ["const View = (p: { n: number }) => <u>{p.n}</u>", "View({ n: 1 })"],
      result: "{ tag: 'u', props: { children: 1 } }",
    },
    {
      title: "in a module beside the notebook",
      cells: ["import { Badge } from './badge'\nBadge()"],
      result: "{ tag: 'i', props: { children: 'new' } }",
    },
    {
      title: "does not declare the runtime in the notebook",
      cells: ["<div/>;", "typeof jsx"],
      result: "'undefined'",
    },
  ],
  {
    "tsconfig.json": `{"compilerOptions": {"jsx": "react-jsx", "jsxImportSource": "mini"}}`,
    "badge.tsx": "export const Badge = () => <i>new</i>",
    "node_modules/mini/package.json": `{"name": "mini", "type": "module", "exports": {"./jsx-runtime": "./runtime.js"}}`,
    "node_modules/mini/runtime.js":
      "export const jsx = (tag, props) => ({ tag, props }), jsxs = jsx, Fragment = 'all'",
  },
);
