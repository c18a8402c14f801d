import { expect, test } from "vitest";
import { prefixDataFolder, userDataFolder } from "./folders.js";

test.each<[NodeJS.Platform, Record<string, string>, string]>([
  ["linux", {}, "/home/ada/.local/share/jupyter"],
  ["linux", { XDG_DATA_HOME: "/data" }, "/data/jupyter"],
  ["linux", { XDG_DATA_HOME: "/data", JUPYTER_DATA_DIR: "/jupyter" }, "/jupyter"],
  ["freebsd", {}, "/home/ada/.local/share/jupyter"],
  ["darwin", {}, "/home/ada/Library/Jupyter"],
  ["darwin", { XDG_DATA_HOME: "/data" }, "/home/ada/Library/Jupyter"],
  ["win32", { APPDATA: "/roaming" }, "/roaming/jupyter"],
])("on %s with %o the user's data folder is %s", (platform, env, folder) => {
  expect(userDataFolder(env, platform, "/home/ada")).toBe(folder);
});

test("an environment's data folder is share/jupyter of its prefix", () => {
  expect(prefixDataFolder("/opt/venv")).toBe("/opt/venv/share/jupyter");
});
