import { lookup } from "node:dns";
import type { LookupAddress, LookupAllOptions } from "node:dns";
import type { LookupFunction } from "node:net";
import { mayCall } from "./endpoint.ts";
import type { Endpoint } from "./endpoint.ts";

type Resolve = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** Name resolution that leaves out addresses which may not be called, so that no name can lead a call to them. */
export function allowedLookup(endpoint: Endpoint, resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, "");
      const allowed = addresses.filter(({ address }) => mayCall(endpoint, address));
      const first = allowed[0];
      if (first === undefined)
        return callback(Object.assign(new Error("no address of that name may be called"), { code: "ADDRESS_REFUSED" }), "");
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
