import { describe, expect, it } from "vitest";
import { mayCall, parseEndpoint } from "./endpoint.ts";

describe("a base URL", () => {
  it("is taken apart", () => {
    expect(parseEndpoint("https://api.openai.com/v1/")).toEqual({
      ok: true,
      value: { protocol: "https:", hostname: "api.openai.com", port: 443, basePath: "/v1" },
    });
    expect(parseEndpoint("http://localhost:11434/v1")).toMatchObject({ ok: true, value: { protocol: "http:", port: 11434 } });
    expect(parseEndpoint("http://[::1]:80")).toMatchObject({ ok: true, value: { hostname: "::1", port: 80, basePath: "" } });
    expect(parseEndpoint("https://10.0.0.5:8443/x/y")).toMatchObject({
      ok: true,
      value: { hostname: "10.0.0.5", port: 8443, basePath: "/x/y" },
    });
  });

  it.each([
    ["no URL", "api.openai.com"],
    ["an empty text", ""],
    ["credentials", "https://user:pass@example.com/v1"],
    ["a user name", "https://user@example.com/v1"],
    ["a query", "https://example.com/v1?key=secret"],
    ["a fragment", "https://example.com/v1#secret"],
    ["another scheme", "ftp://example.com"],
    ["a file", "file:///etc/passwd"],
    ["http to another machine", "http://example.com/v1"],
    ["http to a private address", "http://192.168.1.5:8000/v1"],
    ["http to a name that only looks like this machine", "http://localhost.example.com/v1"],
    ["a link-local address", "https://169.254.169.254/latest"],
    ["a link-local address in other digits", "https://0xa9fea9fe/"],
    ["a mapped link-local address", "https://[::ffff:169.254.169.254]/"],
    ["a link-local address of IPv6", "https://[fe80::1]/"],
    ["Amazon's metadata address of IPv6", "https://[fd00:ec2::254]/"],
    ["Alibaba's metadata address", "https://100.100.100.200/"],
    ["the unspecified address", "https://0.0.0.0/"],
  ])("is refused for %s", (_what, url) => {
    const endpoint = parseEndpoint(url);
    expect(endpoint.ok).toBe(false);
    expect(!endpoint.ok && endpoint.error).not.toMatch(/pass|=secret|#secret/);
  });

  it("holds every address that its name resolves to by the same rule", () => {
    const remote = { protocol: "https:", hostname: "example.com", port: 443, basePath: "" } as const;
    const local = { protocol: "http:", hostname: "localhost", port: 80, basePath: "" } as const;
    expect(["93.184.216.34", "10.0.0.1", "2606:4700::1"].map((address) => mayCall(remote, address))).toEqual([true, true, true]);
    expect(["169.254.169.254", "fe80::1", "::ffff:169.254.169.254"].map((address) => mayCall(remote, address))).toEqual([
      false,
      false,
      false,
    ]);
    expect(["127.0.0.1", "::1", "127.9.9.9"].map((address) => mayCall(local, address))).toEqual([true, true, true]);
    expect(["10.0.0.1", "93.184.216.34", "fe80::1"].map((address) => mayCall(local, address))).toEqual([false, false, false]);
  });
});
