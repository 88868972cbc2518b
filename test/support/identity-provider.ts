import { createServer } from "node:http";
import Provider from "oidc-provider";
import { freePort } from "./free-port.ts";

export interface IdentityProvider {
  readonly issuer: string;
  readonly close: () => Promise<void>;
}

export interface ProviderOptions {
  readonly redirectUri: string;
  readonly clientSecret: string;
  /** What it says of each person who signs in under that name. */
  readonly people: Readonly<Record<string, { readonly preferred_username?: string; readonly roles?: readonly string[] }>>;
}

/** A real OpenID provider on a port of its own, with forms to sign in and to consent. Any password is right. */
export async function startIdentityProvider({ redirectUri, clientSecret, people }: ProviderOptions): Promise<IdentityProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "reckon",
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], profile: ["preferred_username", "roles"], email: ["email"] },
    conformIdTokenClaims: false,
    cookies: { keys: ["a key of the test"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    findAccount: async (_context, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
  });
  const answer = provider.callback();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    issuer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
