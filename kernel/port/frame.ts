/**
 * Framing of the pipes between the front, the evaluator and the engine thread.
 *
 * A frame is `u32 jsonBytes | u32 bufferCount | u32 bufferBytes × bufferCount | json | buffers`, little endian.
 * JSON for what is small and structured, buffers for what must not be copied through text.
 */

/** A decoded frame: the message and the binary buffers that came with it (empty array when none). */
export interface Frame<M> {
  message: M;
  buffers: Uint8Array[];
}

/** Largest frame, in bytes. A longer one that comes can only be corruption, since none is sent. */
const MAX_FRAME_BYTES = 1 << 30;

const FIXED_BYTES = 8;

/**
 * Encodes one frame as one contiguous buffer, ready for a single write.
 * @throws RangeError when it would be longer than a frame may be
 */
export function encodeFrame(message: unknown, buffers: readonly Uint8Array[] = []): Uint8Array {
  const json = Buffer.from(JSON.stringify(message), "utf8");
  const headerBytes = FIXED_BYTES + 4 * buffers.length;
  const total = buffers.reduce((sum, buffer) => sum + buffer.byteLength, headerBytes + json.length);
  if (total > MAX_FRAME_BYTES) throw tooLarge(total);
  const frame = Buffer.allocUnsafe(total);
  frame.writeUInt32LE(json.length, 0);
  frame.writeUInt32LE(buffers.length, 4);
  buffers.forEach((buffer, i) => {
    frame.writeUInt32LE(buffer.byteLength, FIXED_BYTES + 4 * i);
  });
  frame.set(json, headerBytes);
  let offset = headerBytes + json.length;
  for (const buffer of buffers) {
    frame.set(buffer, offset);
    offset += buffer.byteLength;
  }
  return frame;
}

/** Cuts a byte stream into frames. One reader per pipe; not shared between threads. */
export class FrameReader<M> {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /**
   * Takes the next bytes of the pipe and returns the frames they complete, in order (empty when none is complete).
   * @throws Error when the stream cannot be a stream of frames; the pipe is then unusable.
   */
  push(chunk: Uint8Array): Frame<M>[] {
    this.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    this.#bytes += chunk.byteLength;
    const frames: Frame<M>[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame<M> | undefined {
    if (this.#bytes < FIXED_BYTES) return undefined;
    const fixed = this.#peek(FIXED_BYTES);
    const jsonBytes = fixed.readUInt32LE(0);
    const bufferCount = fixed.readUInt32LE(4);
    const headerBytes = FIXED_BYTES + 4 * bufferCount;
    if (headerBytes + jsonBytes > MAX_FRAME_BYTES) throw corrupt(headerBytes + jsonBytes);
    if (this.#bytes < headerBytes) return undefined;
    const header = this.#peek(headerBytes);
    const lengths: number[] = [];
    for (let i = 0; i < bufferCount; i++) lengths.push(header.readUInt32LE(FIXED_BYTES + 4 * i));
    const total = lengths.reduce((sum, length) => sum + length, headerBytes + jsonBytes);
    if (total > MAX_FRAME_BYTES) throw corrupt(total);
    if (this.#bytes < total) return undefined;
    const frame = this.#take(total);
    let offset = headerBytes + jsonBytes;
    const buffers = lengths.map((length) => {
      const buffer = frame.subarray(offset, offset + length);
      offset += length;
      return buffer;
    });
    return {
      message: JSON.parse(frame.toString("utf8", headerBytes, headerBytes + jsonBytes)) as M,
      buffers,
    };
  }

  /** The first `count` bytes as one buffer, left in place. */
  #peek(count: number): Buffer {
    const first = this.#chunks[0];
    if (first !== undefined && first.length >= count) return first;
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole;
  }

  #take(count: number): Buffer {
    const whole = this.#peek(count);
    const rest = whole.subarray(count);
    this.#bytes -= count;
    if (rest.length > 0) this.#chunks[0] = rest;
    else this.#chunks.shift();
    return whole.subarray(0, count);
  }
}

function tooLarge(bytes: number): RangeError {
  return new RangeError(
    `a message of ${bytes} bytes is larger than the ${MAX_FRAME_BYTES} bytes that can be sent at once: send it in parts`,
  );
}

function corrupt(bytes: number): Error {
  return new Error(`a frame of ${bytes} bytes exceeds the limit of ${MAX_FRAME_BYTES}: the pipe is corrupt`);
}
