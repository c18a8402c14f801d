import { type ChunkPlace, readChunk } from "../disk/chunk-file.js";
import { type Chunk, eachTime, type Merged, type ReadCall } from "../pool/reader.js";
import { rowsPerChunk } from "../pool/stored-pairs.js";
import { bytesPerRow } from "../rows/heap-bytes.js";

/** Writes a result to disk: for one that must not be made twice, since functions of the user make it. */
export function storedResult(chunks: Iterable<Chunk>, { room }: ReadCall): Merged {
  const { file } = room;
  const places: ChunkPlace[] = [];
  for (const chunk of chunks) {
    room.checkCancelled();
    const columns = "rows" in chunk ? [chunk.rows] : [chunk.keys, chunk.values];
    const [first = [], last = []] = [columns[0], columns.at(-1)];
    const rows = rowsPerChunk(bytesPerRow(first, last, chunk.length), room.shareBytes);
    for (let from = 0; from < chunk.length; from += rows) {
      const to = Math.min(from + rows, chunk.length);
      places.push(
        file.append(
          columns.map((column) => Array.prototype.slice.call(column, from, to)),
          to - from,
        ),
      );
    }
  }
  return eachTime(function* () {
    for (const place of places) {
      room.checkCancelled();
      yield chunkAt(place);
    }
  });
}

function chunkAt(place: ChunkPlace): Chunk {
  const { length } = place;
  const [first = [], second] = readChunk(place);
  return second === undefined ? { rows: first, length } : { keys: first, values: second, length };
}
