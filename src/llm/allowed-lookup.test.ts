import { describe, expect, it } from "vitest";
import { allowedLookup } from "./allowed-lookup.ts";
import type { Endpoint } from "./endpoint.ts";

const endpoint: Endpoint = { protocol: "https:", hostname: "models.example", port: 443, basePath: "" };

/** What a connection would be told about a name that resolves to these addresses. */
function look(addresses: readonly string[], all: boolean): unknown {
  let told: unknown;
  const lookup = allowedLookup(endpoint, (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    ),
  );
  lookup("models.example", { all }, (error, address, family) => {
    told = error === null ? [address, family] : "code" in error ? error.code : error;
  });
  return told;
}

describe("looking up a provider's name", () => {
  it("gives its addresses", () => {
    expect(look(["192.0.2.1", "10.0.0.1"], false)).toEqual(["192.0.2.1", 4]);
    expect(look(["192.0.2.1"], true)).toEqual([[{ address: "192.0.2.1", family: 4 }], undefined]);
  });

  it("leaves out the addresses that may not be called, and fails when none is left", () => {
    expect(look(["169.254.169.254", "192.0.2.1"], false)).toEqual(["192.0.2.1", 4]);
    expect(look(["169.254.169.254"], true)).toBe("ADDRESS_REFUSED");
    expect(look([], false)).toBe("ADDRESS_REFUSED");
  });

  it("hands on an error of the resolver", () => {
    const lookup = allowedLookup(endpoint, (_name, _options, callback) =>
      callback(Object.assign(new Error("x"), { code: "ENOTFOUND" }), []),
    );
    lookup("models.example", {}, (error) => expect(error).toMatchObject({ code: "ENOTFOUND" }));
    expect.assertions(1);
  });
});
