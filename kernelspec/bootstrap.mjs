// `npm start`, `npm test` and `npm run bench`, from a fresh clone on: nothing is installed yet, so this file imports
// nothing, and an old Node must be able to read it.

const OLDEST_NODE = 20;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  console.error(
    `Millrace needs Node ${OLDEST_NODE} or later and this is Node ${process.versions.node}: install a newer one from https://nodejs.org, then start again`,
  );
  process.exitCode = 1;
} else {
  import("./bootstrap/commands.mjs")
    .then(({ runCommand }) => runCommand(process.argv.slice(2)))
    .catch((error) => {
      console.error(error.message);
      process.exitCode = 1;
    });
}
