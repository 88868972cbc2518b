import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTar, writeTar } from "./tar.ts";
import type { TarFile } from "./tar.ts";

function archiveOf(files: readonly TarFile[]): Uint8Array {
  return Buffer.concat([...writeTar(files)]);
}

const files = fc.array(
  fc.record({ name: fc.stringMatching(/^[a-z]{1,20}(\/[a-z0-9.]{1,30})?$/), content: fc.uint8Array({ maxLength: 1_500 }) }),
  { maxLength: 5 },
);

describe("an archive", () => {
  it("gives back the files it was made of, names and bytes", () => {
    fc.assert(
      fc.property(files, (made) => {
        const read = readTar(archiveOf(made));
        expect(read.ok && read.value.map(({ name, content }) => [name, Buffer.from(content)])).toEqual(
          made.map(({ name, content }) => [name, Buffer.from(content)]),
        );
      }),
    );
  });

  it("is read by the system's own tar", () => {
    const folder = mkdtempSync(join(tmpdir(), "reckoning-tar-"));
    try {
      writeFileSync(
        join(folder, "a.tar"),
        archiveOf([
          { name: "a/b.txt", content: Buffer.from("text") },
          { name: "c", content: new Uint8Array() },
        ]),
      );
      expect(execFileSync("tar", ["-tvf", "a.tar", "--utc"], { cwd: folder, encoding: "utf8" }).split("\n")).toMatchObject([
        expect.stringMatching(/^-rw-r--r-- 0\/0 +4 1970-01-01 00:00 a\/b\.txt$/),
        expect.stringMatching(/^-rw-r--r-- 0\/0 +0 1970-01-01 00:00 c$/),
        "",
      ]);
      execFileSync("tar", ["-xf", "a.tar"], { cwd: folder });
      expect(readFileSync(join(folder, "a/b.txt"), "utf8")).toBe("text");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("has the fields of a ustar header where POSIX has them", () => {
    const header = archiveOf([{ name: "a/b.txt", content: Buffer.from("text") }]).subarray(0, 512);
    const field = (at: number, length: number): string => Buffer.from(header.subarray(at, at + length)).toString("latin1");
    expect([field(100, 8), field(108, 8), field(116, 8)]).toEqual(["0000644\0", "0000000\0", "0000000\0"]);
    expect([field(124, 12), field(136, 12)]).toEqual(["00000000004\0", "00000000000\0"]);
    expect([field(156, 1), field(157, 100), field(257, 8)]).toEqual(["0", "\0".repeat(100), "ustar\u000000"]);
    expect([field(329, 16), field(345, 167)]).toEqual(["0000000\u00000000000\0", "\0".repeat(167)]);
  });

  it("has no second form: whichever bit is flipped outside a file's name, size or content, it is refused", () => {
    const archive = archiveOf([
      { name: "a", content: Buffer.from("text") },
      { name: "b", content: Buffer.from("x".repeat(512)) },
    ]);
    const contents = new Set([...Array(4).keys()].map((at) => 512 + at).concat([...Array(512).keys()].map((at) => 1536 + at)));
    for (let at = 0; at < archive.length; at += 1) {
      if (contents.has(at)) continue;
      for (let bit = 0; bit < 8; bit += 1) {
        const flipped = Uint8Array.from(archive);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit);
        const read = readTar(flipped);
        if (read.ok) throw new Error(`bit ${bit} of byte ${at} was flipped and the archive was read`);
        expect(read.error.at).toBeLessThanOrEqual(archive.length);
      }
    }
  });

  it.each([
    ["is empty", new Uint8Array()],
    ["ends within a file", archiveOf([{ name: "a", content: new Uint8Array(600) }]).subarray(0, 1024)],
    ["has no end", archiveOf([{ name: "a", content: new Uint8Array(1) }]).subarray(0, 1024)],
    ["has one more block of zeros", Buffer.concat([archiveOf([]), new Uint8Array(512)])],
    ["is something else", Buffer.alloc(2048, "x")],
  ])("that %s is refused", (_, bytes) => {
    expect(readTar(bytes).ok).toBe(false);
  });

  it("is not made with a name that does not fit", () => {
    expect(() => archiveOf([{ name: "n".repeat(100), content: new Uint8Array() }])).toThrow(RangeError);
  });
});
