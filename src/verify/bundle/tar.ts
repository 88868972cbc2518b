import { err, ok } from "../../domain/result.ts";
import type { Result } from "../../domain/result.ts";

/**
 * The part of POSIX ustar that a run export is made of: plain files with short names, mode 0644, owner and time 0. One
 * list of files has exactly one archive, and `readTar` takes no other, so no byte of it can change unnoticed and no two
 * programs can read different files out of it.
 */
export interface TarFile {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Where an archive stops being one: what stands at byte `at`. */
export interface TarFault {
  readonly at: number;
  readonly expected: string;
  readonly found: string;
}

const blockBytes = 512;
/** The name field of a header, with the NUL that ends it. */
const nameBytesMax = 99;
/** Eleven octal digits. */
const fileBytesMax = 0o77777777777;
export const tarFilesMax = 100_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The archive of these files, piece by piece. */
export function* writeTar(files: Iterable<TarFile>): Generator<Uint8Array> {
  for (const { name, content } of files) {
    yield headerOf(name, content.length);
    yield content;
    const padding = -content.length & (blockBytes - 1);
    if (padding > 0) yield new Uint8Array(padding);
  }
  yield new Uint8Array(2 * blockBytes);
}

export function readTar(archive: Uint8Array): Result<readonly TarFile[], TarFault> {
  const files: TarFile[] = [];
  for (let at = 0; ; ) {
    const header = archive.subarray(at, at + blockBytes);
    if (header.length < blockBytes) return fault(at, "a header of 512 bytes", `${header.length} bytes to the end`);
    if (header.every((byte) => byte === 0)) return endsAt(archive, at) ?? ok(files);
    if (files.length >= tarFilesMax) return fault(at, `at most ${tarFilesMax} files`, "one more");
    const [name, size] = [nameIn(header), sizeIn(header)];
    if (name === null || size === null) return fault(at, "the header of a plain file", "something else");
    const own = headerOf(name, size);
    const differs = own.findIndex((byte, index) => byte !== header[index]);
    if (differs !== -1) return fault(at + differs, `${own[differs]} in the header of ${name}`, String(header[differs]));
    const begin = at + blockBytes;
    const end = begin + size;
    const next = begin + Math.ceil(size / blockBytes) * blockBytes;
    if (next > archive.length) return fault(archive.length, `${next - archive.length} more bytes of ${name}`, "the end");
    const padded = archive.subarray(end, next).findIndex((byte) => byte !== 0);
    if (padded !== -1) return fault(end + padded, `0 after the end of ${name}`, String(archive[end + padded]));
    files.push({ name, content: archive.subarray(begin, end) });
    at = next;
  }
}

/** Two blocks of zeros end an archive, and nothing follows them; null when it is so. */
function endsAt(archive: Uint8Array, at: number): Result<never, TarFault> | null {
  const rest = archive.subarray(at);
  const stray = rest.findIndex((byte) => byte !== 0);
  if (stray !== -1) return fault(at + stray, "0 after the last file", String(rest[stray]));
  return rest.length === 2 * blockBytes ? null : fault(at, `${2 * blockBytes} zeros at the end`, `${rest.length}`);
}

function headerOf(name: string, size: number): Uint8Array {
  const encoded = encoder.encode(name);
  if (encoded.length > nameBytesMax || size > fileBytesMax)
    throw new RangeError(`${name} with ${size} bytes does not fit into a ustar header`);
  const header = new Uint8Array(blockBytes);
  header.set(encoded);
  const write = (at: number, text: string): void => header.set(encoder.encode(text), at);
  write(100, "0000644\u00000000000\u00000000000\u0000");
  write(124, `${size.toString(8).padStart(11, "0")}\u000000000000000\u0000`);
  write(148, "        0");
  write(257, "ustar\u000000");
  write(329, "0000000\u00000000000\u0000");
  const sum = header.reduce((total, byte) => total + byte, 0);
  write(148, `${sum.toString(8).padStart(6, "0")}\u0000 `);
  return header;
}

function nameIn(header: Uint8Array): string | null {
  const end = header.indexOf(0);
  if (end < 1 || end > nameBytesMax) return null;
  try {
    return decoder.decode(header.subarray(0, end));
  } catch {
    return null;
  }
}

function sizeIn(header: Uint8Array): number | null {
  let size = 0;
  for (const digit of header.subarray(124, 135)) {
    if (digit < 0x30 || digit > 0x37) return null;
    size = size * 8 + (digit - 0x30);
  }
  return size;
}

function fault(at: number, expected: string, found: string): Result<never, TarFault> {
  return err({ at, expected, found });
}
