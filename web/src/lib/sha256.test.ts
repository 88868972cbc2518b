import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hexOf, sha256, sha256Hex } from "./sha256.ts";

// The vectors of FIPS 180-4 and of every length around the edges of its blocks, against the machine's own.
test.each([
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"],
])("the digest of %j is that of the standard", async (text, digest) => {
  const bytes = new TextEncoder().encode(text);
  expect(hexOf(sha256(bytes))).toBe(digest);
  expect(await sha256Hex(bytes)).toBe(digest);
});

test("the second way agrees with the first at every length up to three blocks, and for a megabyte", () => {
  for (const length of [...Array.from({ length: 193 }, (_, at) => at), 1_048_576]) {
    const bytes = randomBytes(length);
    expect(hexOf(sha256(bytes))).toBe(createHash("sha256").update(bytes).digest("hex"));
  }
});
