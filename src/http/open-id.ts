import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from "openid-client";
import type { Configuration, IDToken } from "openid-client";
import { roles as knownRoles } from "../domain/access.ts";
import type { Role } from "../domain/access.ts";
import type { Secret } from "../domain/secret.ts";
import { Refused } from "./problems.ts";

export interface OpenIdOptions {
  readonly issuer: string;
  readonly clientId: string;
  /** Null: a public client, for which PKCE alone stands. */
  readonly clientSecret: Secret | null;
  /** Where people reach this server: scheme, host and port. */
  readonly publicUrl: string;
  readonly nameClaim: string;
  readonly rolesClaim: string;
}

/** What a browser keeps between being sent to the provider and coming back: it binds the answer to who asked. */
export interface SignInAttempt {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

/** Signing in by OpenID Connect: authorization code with PKCE, state and nonce. */
export interface OpenId {
  readonly begin: () => Promise<{ readonly url: string; readonly attempt: SignInAttempt }>;
  /** Who the provider says came back. `query` is the callback's own, with its question mark. */
  readonly finish: (query: string, attempt: SignInAttempt) => Promise<{ readonly subject: string; readonly roles: readonly Role[] }>;
}

export const callbackPath = "/auth/callback";
const answerSecondsMax = 10;

export function makeOpenId(options: OpenIdOptions): OpenId {
  const redirectUri = `${options.publicUrl}${callbackPath}`;
  let known: Promise<Configuration> | null = null;
  // The provider is asked about itself when somebody first signs in, and again after a failure: it may start later than we do.
  const configuration = (): Promise<Configuration> => {
    known ??= discover(options).catch((cause: unknown) => {
      known = null;
      throw new Refused("sign_in_unavailable", `the identity provider cannot be asked: ${wordsOf(cause)}`);
    });
    return known;
  };
  return {
    async begin() {
      const attempt = { verifier: randomPKCECodeVerifier(), state: randomState(), nonce: randomNonce() };
      const { href } = buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: "openid profile email",
        code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: "S256",
        state: attempt.state,
        nonce: attempt.nonce,
      });
      return { url: href, attempt };
    },
    async finish(query, { verifier, state, nonce }) {
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true };
      const claims = await authorizationCodeGrant(await configuration(), new URL(`${redirectUri}${query}`), checks).then(
        (tokens) => tokens.claims(),
        (cause: unknown) => {
          throw cause instanceof Refused
            ? cause
            : new Refused("sign_in_refused", `the identity provider's answer is not taken: ${wordsOf(cause)}`);
        },
      );
      if (claims === undefined) throw new Refused("sign_in_refused", "the identity provider says of nobody who they are");
      return personOf(claims, options);
    },
  };
}

function discover({ issuer, clientId, clientSecret }: OpenIdOptions): Promise<Configuration> {
  const url = new URL(issuer);
  // Configuration allows http to this machine only; everywhere else the library insists on https.
  // oxlint-disable-next-line typescript/no-deprecated -- not going away: the library marks it so that its use stands out
  const execute = url.protocol === "http:" ? [allowInsecureRequests] : [];
  const secret = clientSecret?.reveal();
  return discovery(url, clientId, secret, secret === undefined ? None() : undefined, { execute, timeout: answerSecondsMax });
}

function personOf(
  claims: IDToken,
  { nameClaim, rolesClaim }: OpenIdOptions,
): { readonly subject: string; readonly roles: readonly Role[] } {
  const subject = claims[nameClaim];
  if (typeof subject !== "string" || !isPersonName(subject))
    throw new Refused("sign_in_refused", `the identity provider's ${nameClaim} is no name that can stand in the record`);
  const said = claims[rolesClaim];
  const held = Array.isArray(said) ? said : [];
  const roles = knownRoles.filter((role) => held.includes(role));
  if (roles.length === 0)
    throw new Refused(
      "sign_in_refused",
      `${subject} has no role here: ${rolesClaim} of the identity provider names none of ${knownRoles.join(", ")}`,
    );
  return { subject, roles };
}

/** As the interface takes names: something visible, no control characters, at most 200 characters. */
function isPersonName(text: string): boolean {
  return text.length <= 200 && text.trim() !== "" && !/[\u0000-\u001f\u007f]/.test(text);
}

/** What went wrong, without what was sent: answers of providers may quote codes and secrets. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "an unknown fault";
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
  const error = "error" in cause && typeof cause.error === "string" && /^[a-z_]{1,60}$/.test(cause.error) ? ` (${cause.error})` : "";
  return `${code}${error}`;
}
