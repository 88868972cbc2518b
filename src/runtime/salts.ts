import { randomFillSync } from "node:crypto";

const saltBytes = 32;
const saltsPerDraw = 256;

/** Fresh 32-byte salts, drawn from the system's generator in blocks because one draw costs more than 32 bytes do. */
export function makeSaltSource(): () => Uint8Array {
  let block = new Uint8Array(0);
  let next = 0;
  return () => {
    if (next + saltBytes > block.length) {
      block = randomFillSync(new Uint8Array(saltBytes * saltsPerDraw));
      next = 0;
    }
    const salt = block.subarray(next, next + saltBytes);
    next += saltBytes;
    return salt;
  };
}
