import type { FastifyReply, FastifyRequest } from "fastify";

// `__Host-`: a browser takes such a cookie over a secure connection only (or from this machine), for the whole of this host and for
// no other, so no neighbour can plant one.

/** The session, which no script can read and no other site can have sent along. */
export const sessionCookie = "__Host-rm";
/** A sign-in under way. Lax, because the provider sends the browser back from another site. */
export const attemptCookie = "__Host-rm-sign-in";

export function cookieOf(request: FastifyRequest, name: string): string | null {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

export function setCookie(
  reply: FastifyReply,
  name: string,
  { value, sameSite, seconds }: { readonly value: string; readonly sameSite: "Strict" | "Lax"; readonly seconds: number },
): void {
  const kept = reply.getHeader("set-cookie");
  const before = Array.isArray(kept) ? kept : kept === undefined ? [] : [String(kept)];
  void reply.header("set-cookie", [...before, `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}; Max-Age=${seconds}`]);
}

export function dropCookie(reply: FastifyReply, name: string): void {
  setCookie(reply, name, { value: "", sameSite: "Strict", seconds: 0 });
}
