import { BlockList, isIP } from "node:net";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";

/** A provider's address that passed `parseEndpoint`: where calls may go, and nothing secret. */
export interface Endpoint {
  readonly protocol: "https:" | "http:";
  /** Without the brackets of an IPv6 literal. */
  readonly hostname: string;
  readonly port: number;
  /** Without a slash at the end; the request's own path is appended. */
  readonly basePath: string;
}

/**
 * The address in a base URL, or why no call may go there. Only https, except to this machine itself; no credentials,
 * query or fragment, since the URL is printed by `reckon config`; never a link-local or metadata address.
 */
export function parseEndpoint(baseUrl: string): Result<Endpoint, string> {
  const url = URL.parse(baseUrl);
  if (url === null) return err("is not a URL");
  if (url.username !== "" || url.password !== "") return err("carries credentials; give the key in LLM_API_KEY");
  if (url.search !== "" || url.hash !== "") return err("carries a query or a fragment, which may hold a secret and is not sent");
  const { protocol } = url;
  if (protocol !== "https:" && protocol !== "http:") return err(`has the scheme ${protocol} where https: is expected`);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const endpoint: Endpoint = {
    protocol,
    hostname,
    port: url.port === "" ? (protocol === "https:" ? 443 : 80) : Number(url.port),
    basePath: url.pathname.replace(/\/+$/, ""),
  };
  if (protocol === "http:" && hostname !== "localhost" && isIP(hostname) === 0)
    return err("is http: to another machine; only https: may leave this one");
  if (isIP(hostname) !== 0 && !mayCall(endpoint, hostname)) {
    return err(
      protocol === "http:" ? "is http: to another machine; only https: may leave this one" : "names a link-local or metadata address",
    );
  }
  return ok(endpoint);
}

/** Whether a connection to this address is allowed; asked again for every address that a name resolves to. */
export function mayCall(endpoint: Endpoint, address: string): boolean {
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (endpoint.protocol === "http:") return loopback.check(address, family);
  return !forbidden.check(address, family);
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

const forbidden = new BlockList();
forbidden.addSubnet("0.0.0.0", 8, "ipv4");
forbidden.addSubnet("169.254.0.0", 16, "ipv4");
forbidden.addSubnet("fe80::", 10, "ipv6");
forbidden.addAddress("::", "ipv6");
// Instance metadata outside the link-local ranges: Alibaba Cloud, Oracle Cloud and the IPv6 address of Amazon's.
forbidden.addAddress("100.100.100.200", "ipv4");
forbidden.addAddress("192.0.0.192", "ipv4");
forbidden.addAddress("fd00:ec2::254", "ipv6");
