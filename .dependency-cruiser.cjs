/** Folders are layers and imports point one way; see ARCHITECTURE.md. `npm run layers` checks this file. */

const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, pathNot: "\\.test\\.ts$|/testing/" },
  to: { path: "^(kernel|runtime|magics|kernelspec|lab|bench)/", pathNot: allowed },
});

module.exports = {
  forbidden: [
    {
      name: "no-circles",
      comment: "types may refer to each other: they are erased",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    only(
      "kernel-stands-alone",
      "^kernel/",
      "^kernel/",
      "kernel/ knows Jupyter and TypeScript, never a stream",
    ),
    only("runtime-stands-alone", "^runtime/", "^runtime/", "runtime/ knows streams, never Jupyter"),
    only("magics-see-both-sides", "^magics/", "^(magics|kernel|runtime)/", "kernelspec/ is above magics/"),
    only(
      "wire-is-messages-only",
      "^kernel/wire/",
      "^kernel/(wire|port)/",
      "the protocol imports no logic; what the front passes on as it is has the port's types",
    ),
    only("port-is-messages-only", "^kernel/port/", "^kernel/port/", "ports are types and framing"),
    only("compile-is-pure", "^kernel/compile/", "^kernel/(compile|magic)/", "cell text in, script out"),
    only(
      "evaluator-has-no-sockets",
      "^kernel/evaluator/",
      "^kernel/(evaluator|compile|display|magic|port)/",
      "",
    ),
    only("front-runs-no-user-code", "^kernel/front/", "^kernel/(front|wire|port)/", ""),
    only("time-is-the-ground", "^runtime/time/", "^runtime/(time/|stream-error)", ""),
    only("rows-know-no-plan", "^runtime/rows/", "^runtime/(rows/|stream-error)", ""),
    only("disk-knows-only-rows", "^runtime/disk/", "^runtime/(disk/|rows/|stream-error)", ""),
    only("state-knows-only-rows", "^runtime/state/", "^runtime/(state/|disk/|rows/|stream-error)", ""),
    only("closures-know-no-plan", "^runtime/closure/", "^runtime/(closure/|stream-error)", ""),
    only("plan-is-data", "^runtime/plan/", "^runtime/(plan|time|closure|rows|stream-error)", ""),
    only(
      "operators-know-no-facade",
      "^runtime/operators/",
      "^runtime/(operators|pool|disk|state|plan|time|closure|rows|stream-error)",
      "",
    ),
    only(
      "pool-knows-no-plan",
      "^runtime/pool/",
      "^runtime/(pool|disk|state|closure|rows|time|stream-error)",
      "",
    ),
    only(
      "engine-knows-no-facade",
      "^runtime/engine/",
      "^runtime/(engine|pool|disk|state|operators|plan|connect|time|closure|rows|stream-error)",
      "",
    ),
    only(
      "connectors-know-no-engine",
      "^runtime/connect/",
      "^runtime/(connect|operators|pool|plan|time|closure|rows|stream-error)",
      "what they read is opened in the pool's task threads",
    ),
    only(
      "the-plugin-sees-only-what-it-draws",
      "^lab/src/",
      "^(lab/src/|kernel/port/(live|table)[a-z-]*\\.ts$)",
      "it runs in the browser",
    ),
    {
      name: "only-the-front-speaks-zeromq",
      severity: "error",
      from: { pathNot: "^kernel/(front|testing)/" },
      to: { path: "node_modules/zeromq" },
    },
    {
      name: "barrels-are-for-users",
      comment: "inside the project import the file that holds the thing",
      severity: "error",
      from: { path: "^(kernel|runtime|magics)/", pathNot: "\\.test\\.ts$|magics/notebook-globals\\.ts$" },
      to: { path: "^(runtime|magics)/index\\.ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules|^dist" },
    exclude: { path: "^dist|node_modules/(?!zeromq)" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
    },
  },
};
