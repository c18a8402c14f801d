import { extname } from "node:path";
import { BrotliCompress, BrotliDecompress, Deflate, Gunzip, Gzip, Inflate } from "minizlib";
import { StreamError } from "../../stream-error.js";

/** Compresses or decompresses what is pushed, in this thread, and hands on what comes of it at once. */
export interface Filter {
  push(bytes: Uint8Array): void;
  /** No more is to come. @throws Error when compressed bytes are missing at the end */
  end(): void;
}

type Emit = (bytes: Uint8Array) => void;

interface Codec {
  compress(emit: Emit): Filter;
  decompress(emit: Emit): Filter;
}

/** By the ending of a file's name, as in Hadoop's CompressionCodecFactory. */
const CODECS: ReadonlyMap<string, Codec> = new Map([
  [
    ".gz",
    codec(
      () => new Gzip({}),
      () => new Gunzip({}),
    ),
  ],
  [
    ".deflate",
    codec(
      () => new Deflate({}),
      () => new Inflate({}),
    ),
  ],
  [
    ".br",
    codec(
      () => new BrotliCompress({}),
      () => new BrotliDecompress({}),
    ),
  ],
]);

/** Names of codecs for `saveAsTextFile`, with the endings of their files. */
const CODEC_ENDINGS = { gzip: ".gz", deflate: ".deflate", brotli: ".br" } as const;

export type CodecName = keyof typeof CODEC_ENDINGS;

/** @throws StreamError RT_CODEC for a name that is none */
export function codecEnding(codec: CodecName): string {
  if (Object.hasOwn(CODEC_ENDINGS, codec)) return CODEC_ENDINGS[codec];
  throw new StreamError(
    "RT_CODEC",
    `there is no codec ${String(codec)}; there is ${Object.keys(CODEC_ENDINGS).join(", ")}`,
  );
}

/** Compressed, but in a way that Node 20 does not know: their bytes would pass for text. */
const UNKNOWN = new Set([".bz2", ".zst", ".xz", ".lz4", ".snappy", ".lzo", ".zip", ".7z"]);

/** Whether a file can only be read from its beginning. @throws StreamError RT_CODEC for what cannot be decompressed */
export function isCompressed(path: string): boolean {
  const ending = extname(path).toLowerCase();
  if (!UNKNOWN.has(ending)) return CODECS.has(ending);
  throw new StreamError(
    "RT_CODEC",
    `${path} is compressed in a way that is not read here (${ending}); there is ${[...CODECS.keys()].join(", ")}`,
  );
}

/** @param ending one for which {@link isCompressed} holds */
export function codecOf(path: string): Codec {
  const codec = CODECS.get(extname(path).toLowerCase());
  if (codec === undefined) throw new Error(`${path} is not compressed`);
  return codec;
}

type Zlib = Gzip | Gunzip | Deflate | Inflate | BrotliCompress | BrotliDecompress;

function codec(compressor: () => Zlib, decompressor: () => Zlib): Codec {
  return {
    compress: (emit) => filter(compressor(), emit),
    decompress: (emit) => filter(decompressor(), emit),
  };
}

/** minizlib works within `write`, where Node's own streams work later, when the task is over. */
function filter(zlib: Zlib, emit: Emit): Filter {
  let failed: unknown;
  zlib.on("error", (error: unknown) => {
    failed ??= error;
  });
  zlib.on("data", emit);
  const check = () => {
    if (failed !== undefined) throw failed;
  };
  return {
    push(bytes) {
      zlib.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      check();
    },
    end() {
      zlib.end();
      check();
    },
  };
}
