import { StreamError } from "../../stream-error.js";

/** Files of another machine are out of reach now: who holds them may be back a little later. */
export class FilesAway extends StreamError {}
