import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commitmentOf, leafOf } from "./leaf.ts";

const salts = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("a commitment is the HMAC-SHA-256 of node:crypto, whatever the salt and the content", () => {
  fc.assert(
    fc.property(salts, fc.uint8Array({ maxLength: 5_000 }), (salt, content) => {
      expect(commitmentOf(salt, content)).toBe(createHmac("sha256", salt).update("rm-artifact/1\n").update(content).digest("hex"));
    }),
  );
});

test("a salt of any other length is refused", () => {
  for (const length of [0, 31, 33, 64]) expect(() => commitmentOf(new Uint8Array(length), new Uint8Array())).toThrow("32 bytes");
});

test("a leaf is SHA-256(0x00 || body) (RFC 6962 section 2.1)", () => {
  const body = Buffer.from('{"v":"rm-entry/1"}');
  expect(leafOf(body).toString("hex")).toBe(
    createHash("sha256")
      .update(Buffer.from([0]))
      .update(body)
      .digest("hex"),
  );
});
