// The CRC-32 of a file, which the studio knows of everything that is here: whether a file of one name and length is the same.
import { buf } from "crc-32";

/** Read at a time, so that the page stays awake. */
const PIECE = 4 * 1024 * 1024;

/** Reads the whole file; none: it cannot be read any more. */
export async function crc32(file) {
  try {
    let sum = 0;
    for (let at = 0; at < file.size; at += PIECE) {
      sum = buf(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()), sum);
    }
    return sum >>> 0;
  } catch {
    return undefined;
  }
}
