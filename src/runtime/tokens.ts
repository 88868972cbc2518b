import { randomBytes, timingSafeEqual } from "node:crypto";
import type { Role } from "../domain/access.ts";
import type { Operator } from "../domain/actor.ts";
import { present } from "../domain/assert.ts";
import type { Caller } from "../domain/caller.ts";
import { instantAfter } from "../domain/instant.ts";
import type { Instant } from "../domain/instant.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { Secret } from "../domain/secret.ts";
import type { TokenView } from "../domain/view.ts";
import { sha256Of } from "../ledger/leaf.ts";
import type { Database } from "../storage/pool.ts";
import { readToken } from "../storage/read/tokens.ts";
import { useToken } from "../storage/write/register.ts";
import type { Register } from "./register.ts";

export interface TokenDeps {
  readonly db: Database;
  readonly register: Register;
  readonly now: () => Instant;
  readonly newTokenId: () => string;
}

export interface TokenRequest {
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly days: number;
}

export interface SessionRequest {
  readonly subject: string;
  readonly roles: readonly Role[];
  /** Who says that this person came. */
  readonly issuer: string;
  readonly seconds: number;
  readonly idleSeconds: number;
}

const dayMs = 86_400_000;
const secretBytes = 32;

/** Gives out a token. Its text is in the answer and nowhere else, now or later. */
export async function createToken(
  deps: TokenDeps,
  request: TokenRequest,
  { by, caller }: { readonly by: Operator; readonly caller: Caller },
): Promise<Result<{ readonly token: TokenView; readonly secret: Secret }, Rejection>> {
  const { subject, roles, days } = request;
  const added = caller.type === "person" && caller.subject === subject ? roles.filter((role) => !caller.roles.includes(role)) : [];
  if (added.length > 0) return err({ code: "grants_to_self", detail: `${subject} cannot give themselves ${added.join(", ")}` });
  return ok(await giveOut(deps, { subject, roles, lifeMs: days * dayMs, idleSeconds: null }, by));
}

/** A browser's session: a token of short life that ends sooner when it is not used. Made anew at each sign-in. */
export async function openSession(
  deps: TokenDeps,
  request: SessionRequest,
): Promise<{ readonly token: TokenView; readonly secret: Secret }> {
  const { subject, roles, issuer, seconds, idleSeconds } = request;
  const by: Operator = { type: "operator", id: subject, credential: `oidc:${issuer}` };
  return giveOut(deps, { subject, roles, lifeMs: seconds * 1000, idleSeconds }, by);
}

interface NewToken {
  readonly subject: string;
  readonly roles: readonly Role[];
  readonly lifeMs: number;
  readonly idleSeconds: number | null;
}

async function giveOut(
  { db, register, now, newTokenId }: TokenDeps,
  { subject, roles, lifeMs, idleSeconds }: NewToken,
  by: Operator,
): Promise<{ readonly token: TokenView; readonly secret: Secret }> {
  const token = newTokenId();
  const secret = randomBytes(secretBytes).toString("base64url");
  const expiresAt = instantAfter(now(), lifeMs);
  const secretDigest = sha256Of(Buffer.from(secret));
  await register.record({ kind: "token.created", token, subject, roles, expiresAt, idleSeconds, secretDigest }, by);
  const stored = present(await readToken(db, token), "the token that was just recorded");
  return { token: stored.view, secret: new Secret(`rm_${token.replaceAll("-", "")}_${secret}`) };
}

export async function revokeToken(
  deps: TokenDeps,
  revocation: { readonly token: string; readonly reason: string },
  by: Operator,
): Promise<Result<TokenView, Rejection>> {
  const { token, reason } = revocation;
  const stored = await readToken(deps.db, token);
  if (stored === null) return err({ code: "token_not_found", detail: `there is no token ${token}` });
  const late = err({ code: "token_revoked", detail: `token ${token} is revoked already` } as const);
  if (stored.view.revoked_at !== null) return late;
  if ((await deps.register.record({ kind: "token.revoked", token, reason }, by)) === null) return late;
  return ok(present(await readToken(deps.db, token), "the token that was just revoked").view);
}

/** Who holds this token, or null: unknown, wrong, expired and revoked are one answer, so that trying tells nothing. */
export async function callerOfToken(db: Database, text: string): Promise<Caller | null> {
  const parts = /^rm_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/.exec(text);
  if (parts === null) return null;
  const id = parts.slice(1, 6).join("-");
  const stored = await readToken(db, id);
  const given = Buffer.from(sha256Of(Buffer.from(parts[6] ?? "")), "hex");
  const isSecret = timingSafeEqual(given, stored?.secretDigest ?? Buffer.alloc(given.length));
  if (stored === null || !isSecret || !stored.isCurrent) return null;
  if (stored.hasIdleEnd) await useToken(db, id);
  const { subject, roles } = stored.view;
  return { type: "person", subject, roles, credential: `token:${id}` };
}
