import { createPublicKey, verify } from "node:crypto";
import { dsse } from "@sigstore/core";
import { describe, expect, test } from "vitest";
import type { Json } from "../domain/json.ts";
import { envelopeJson, preAuthEncoding, readEnvelope, statementPayloadType } from "./envelope.ts";

// The example of the DSSE protocol (secure-systems-lab/dsse, v1.0.2, protocol.md "Test Vectors").
const vector = {
  payloadType: "http://example.com/HelloWorld",
  payload: "hello world",
  encoded: "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
  x: 46950820868899156662930047687818585632848591499744589407958293238635476079160n,
  y: 5640078356564379163099075877009565129882514886557779369047442380624545832820n,
  signature: "A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==",
};

describe("the pre-authentication encoding", () => {
  test("is the published vector, and the published signature holds over it", () => {
    const encoded = preAuthEncoding(vector.payloadType, Buffer.from(vector.payload));
    expect(Buffer.from(encoded).toString()).toBe(vector.encoded);
    const coordinate = (value: bigint): string => Buffer.from(value.toString(16).padStart(64, "0"), "hex").toString("base64url");
    const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x: coordinate(vector.x), y: coordinate(vector.y) }, format: "jwk" });
    expect(verify("sha256", encoded, { key, dsaEncoding: "ieee-p1363" }, Buffer.from(vector.signature, "base64"))).toBe(true);
  });

  test.each([
    ["", ""],
    ["x", ""],
    ["t/€", "€"],
    [statementPayloadType, "\u0000\n {}"],
  ])("of %j and %j is what sigstore makes, counting bytes and not characters", (type, payload) => {
    const body = Buffer.from(payload);
    expect(Buffer.from(preAuthEncoding(type, body))).toEqual(dsse.preAuthEncoding(type, body));
  });
});

describe("an envelope", () => {
  const good = { payloadType: statementPayloadType, payload: "e30=", signatures: [{ keyid: "k", sig: "c2ln" }] };

  test("is read and written back the same", () => {
    const read = readEnvelope(good);
    expect(read.ok && envelopeJson(read.value)).toEqual(good);
  });

  test("may use URL-safe base64 and leave the padding away, as DSSE allows", () => {
    expect(readEnvelope({ ...good, payload: "e30", signatures: [{ keyid: "k", sig: "-_8" }] })).toMatchObject({
      ok: true,
      value: { payload: Buffer.from("{}"), signature: Buffer.from([0xfb, 0xff]) },
    });
  });

  const malformed: readonly (readonly [string, Json])[] = [
    ["no object", "envelope"],
    ["a list", [good]],
    ["another payload type", { ...good, payloadType: "application/json" }],
    ["no payload", { payloadType: good.payloadType, signatures: good.signatures }],
    ["a payload that is no text", { ...good, payload: 7 }],
    ["a payload that is no base64", { ...good, payload: "e3 0=" }],
    ["a payload with bits that base64 does not have", { ...good, payload: "e31=" }],
    ["a payload that is too large", { ...good, payload: "A".repeat(1_400_000) }],
    ["no signatures", { ...good, signatures: [] }],
    ["signatures that are no list", { ...good, signatures: {} }],
    ["two signatures", { ...good, signatures: [...good.signatures, ...good.signatures] }],
    ["a signature that is no object", { ...good, signatures: ["c2ln"] }],
    ["no keyid", { ...good, signatures: [{ sig: "c2ln" }] }],
    ["an empty keyid", { ...good, signatures: [{ keyid: "", sig: "c2ln" }] }],
    ["no sig", { ...good, signatures: [{ keyid: "k" }] }],
    ["an empty sig", { ...good, signatures: [{ keyid: "k", sig: "" }] }],
    ["a sig that is no base64", { ...good, signatures: [{ keyid: "k", sig: "!" }] }],
  ];
  test.each(malformed)("with %s is refused", (_, value) => {
    expect(readEnvelope(value)).toMatchObject({ ok: false, error: { code: "envelope_malformed" } });
  });
});
