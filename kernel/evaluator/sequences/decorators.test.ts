import { sequences } from "../testing/sequence.js";

sequences("decorators of the standard", [
  {
    title: "are given the kind and name of each member, then the class",
    cells: [
      "const log: unknown[] = []\nfunction dec(value: any, { kind, name }: any) { log.push(kind + ' ' + String(name)) }",
      "@dec class A { @dec f = 1; @dec m() {} @dec get g() { return 2 } @dec static s = 3; @dec accessor a = 4; @dec #p = 5; p() { return this.#p } }",
      "log.join()",
    ],
    result: "'method m,getter g,accessor a,field s,field f,field #p,class A'",
  },
  {
    title: "bind a method by an initializer",
    cells: [
      "function bound(m: any, { addInitializer, name }: any) { addInitializer(function (this: any) { this[name] = this[name].bind(this) }) }",
      "class B { v = 5; @bound get() { return this.v } }\nconst { get } = new B(); get()",
    ],
    result: "5",
  },
  {
    title: "replace methods, fields and classes",
    cells: [
      "const times = (n: number) => (fn: any) => function (this: any, ...a: any[]) { return fn.apply(this, a) * n }\nconst ten = () => (v: number) => v * 10",
      "class C { @times(3) m(x: number) { return x } @ten f = 4 }\n@((c: any) => class extends c { w = 1 }) class W {}",
      "[new C().m(2), new C().f, new W().w]",
    ],
    result: "[ 6, 40, 1 ]",
  },
  {
    title: "a decorated class may be declared again",
    cells: [
      "const dec = (c: any) => c\n@dec class A { v = 1 }\nconst make = () => new A().v",
      "@dec class A { v = 2 }",
      "make()",
    ],
    result: "2",
  },
]);

sequences(
  "decorators of TypeScript, with experimentalDecorators",
  [
    {
      title: "are given target, key and descriptor, and parameters their index",
      cells: [
        "const log: unknown[] = []\nfunction dec(target: any, key?: any, d?: any) { log.push([typeof target, key, typeof d]) }",
        "@dec class A { @dec p = 1; @dec m(@dec x: number) {} }",
        "log",
      ],
      result:
        "[\n  [ 'object', 'p', 'undefined' ],\n  [ 'object', 'm', 'number' ],\n  [ 'object', 'm', 'object' ],\n  [ 'function', undefined, 'undefined' ]\n]",
    },
    {
      title: "replace the class, also when it is declared again",
      cells: [
        "function more<T extends new (...a: any[]) => {}>(c: T) { return class extends c { extra = 1 } }",
        "@more class B { v = 2 }",
        "@more class B { v = 3 }",
        "Object.entries(new B())",
      ],
      result: "[ [ 'v', 3 ], [ 'extra', 1 ] ]",
    },
    {
      title: "useDefineForClassFields of the tsconfig.json it extends",
      cells: ["class P { constructor(private a: number) {} b = this.a }", "new P(4).b"],
      result: "4",
    },
  ],
  {
    "tsconfig.json": `{"extends": "./base", "compilerOptions": {"experimentalDecorators": true}}`,
    "base.json": `{"compilerOptions": {"useDefineForClassFields": false}}`,
  },
);
