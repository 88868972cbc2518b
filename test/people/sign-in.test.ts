import { beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { registerIdOf } from "../../src/ledger/derived-id.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { freePort } from "../support/free-port.ts";
import { startIdentityProvider } from "../support/identity-provider.ts";
import type { IdentityProvider } from "../support/identity-provider.ts";
import { startReckon, startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { formOf, openSmallBrowser } from "../support/small-browser.ts";
import type { SmallBrowser } from "../support/small-browser.ts";
import { testLog } from "../support/tokens.ts";
import { until } from "../support/until.ts";

const closing = closeAfterAll();
const clientSecret = "canary-of-the-client-0123456789";
const session = "__Host-rm";
let database: TestDatabase;
let provider: IdentityProvider;
let server: ReckonServer;
let url: string;

beforeAll(async () => {
  database = await createTestDatabase();
  closing(() => database.drop());
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  provider = await startIdentityProvider({
    redirectUri: `${url}/auth/callback`,
    clientSecret,
    people: {
      ada: { preferred_username: "ada", roles: ["runner", "author", "king"] },
      eve: { preferred_username: "eve", roles: ["king"] },
      bad: { preferred_username: "two\nlines", roles: ["runner"] },
      nameless: { roles: ["runner"] },
    },
  });
  closing(() => provider.close());
  server = await startReckonOn(port);
  closing(() => server.kill("SIGTERM"));
});

/** `startServer` gives the port away as any free one; here the provider has to know it before. */
async function startReckonOn(port: number, change: Readonly<Record<string, string>> = {}): Promise<ReckonServer> {
  const env = {
    DATABASE_URL: database.url,
    RECKONING_AUTH: "on",
    RECKONING_OIDC_ISSUER: provider.issuer,
    RECKONING_OIDC_CLIENT_ID: "reckon",
    RECKONING_OIDC_CLIENT_SECRET: clientSecret,
    RECKONING_PUBLIC_URL: url,
    ...change,
  };
  const started = startReckon(["serve", "--host", "127.0.0.1", "--port", String(port)], env);
  await until("the server answers", 30_000, async () => (await fetch(`${url}/db/ping`)).ok);
  return { ...started, url };
}

/** Signs in as a person would: to the provider, through its forms, and back; the callback is answered and not followed further. */
async function signIn(browser: SmallBrowser, name: string): Promise<Response> {
  const callback = await reachCallback(browser, name);
  return browser.ask(callback);
}

/** The address that the provider sends the browser back to. */
async function reachCallback(browser: SmallBrowser, name: string): Promise<string> {
  const isBack = (here: string): boolean => here.startsWith(`${url}/auth/callback`);
  let { url: here, response } = await browser.go(`${url}/auth/sign-in`, {}, isBack);
  for (let page = 0; page < 4 && !isBack(here); page += 1) {
    const { action, fields } = formOf(await response.text(), here);
    const body = new URLSearchParams({ ...fields, ...("login" in fields ? { login: name, password: "x" } : {}) });
    ({ url: here, response } = await browser.go(action, { method: "POST", body }, isBack));
  }
  expect(isBack(here), here).toBe(true);
  return here;
}

async function me(
  browser: SmallBrowser,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await browser.ask(`${url}/api/me`, { headers });
  return { status: response.status, body: await response.json() };
}

describe("signing in at an identity provider", () => {
  test("makes a session of a browser, under the provider's name and the roles that are known here, and it is on record", async () => {
    const browser = openSmallBrowser();
    expect((await me(browser)).status).toBe(401);
    expect(await (await fetch(`${url}/api/sign-in`)).json()).toEqual({ provider: true });
    const back = await signIn(browser, "ada");
    expect(back.status).toBe(302);
    expect(back.headers.get("location")).toBe("/");
    const cookie = back.headers.getSetCookie().find((line) => line.startsWith(`${session}=`)) ?? "";
    for (const attribute of ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"]) expect(cookie).toContain(attribute);
    expect(cookie).not.toContain("Domain");
    expect(await me(browser)).toMatchObject({ status: 200, body: { subject: "ada", roles: ["author", "runner"] } });
    const [entry] = await database.rows<{ body: Buffer }>("select body from reckoning.entry where run_id = $1 order by seq desc limit 1", [
      registerIdOf(testLog),
    ]);
    expect(JSON.parse(entry?.body.toString() ?? "null")).toMatchObject({
      kind: "token.created",
      actor: { id: "ada", cred: `oidc:${provider.issuer}` },
      data: { subject: "ada", roles: ["author", "runner"], idle_seconds: 1800 },
    });
  });

  test("makes another session each time, and the session before is none of it", async () => {
    const [one, two] = [openSmallBrowser(), openSmallBrowser()];
    await signIn(one, "ada");
    await signIn(two, "ada");
    expect(one.cookies(url).get(session)).not.toBe(two.cookies(url).get(session));
  });

  test.each([
    ["eve", "no role"],
    ["bad", "preferred_username"],
    ["nameless", "preferred_username"],
  ])("lets nobody in who has no role or no name that can be recorded: %s", async (name, words) => {
    const browser = openSmallBrowser();
    const refused = await signIn(browser, name);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: "sign_in_refused", detail: expect.stringContaining(words) as string });
    expect(browser.cookies(url).has(session)).toBe(false);
  });

  test("takes an answer once, from the browser that asked, and only the one that fits", async () => {
    const browser = openSmallBrowser();
    const callback = await reachCallback(browser, "ada");
    const refused = async (from: SmallBrowser, address: string): Promise<void> => {
      const response = await from.ask(address);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "sign_in_refused" });
      expect(from.cookies(url).has(session)).toBe(false);
    };
    // Another browser, which began nothing; and one that began its own sign-in (login CSRF).
    await refused(openSmallBrowser(), callback);
    const other = openSmallBrowser();
    await other.ask(`${url}/auth/sign-in`);
    await refused(other, callback);
    const forged = openSmallBrowser();
    await forged.ask(`${url}/auth/sign-in`);
    await refused(forged, `${url}/auth/callback?code=made-up&state=made-up`);
    await refused(forged, `${url}/auth/callback`);
    expect((await browser.ask(callback)).status).toBe(302);
    browser.cookies(url);
    const again = openSmallBrowser();
    await refused(again, callback);
  });

  test("says nothing of the client's secret, whatever goes wrong", () => {
    expect(server.output()).not.toContain(clientSecret);
  });
});

describe("a session", () => {
  test("is good for the pages of this server, and for no other site's", async () => {
    const browser = openSmallBrowser();
    await signIn(browser, "ada");
    const post = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      browser.ask(`${url}/api/runs`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: "{}" });
    const foreign = [
      {},
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: url, "sec-fetch-site": "cross-site" },
      { origin: url, "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of foreign) {
      const response = await post(headers);
      expect(await response.json(), JSON.stringify(headers)).toMatchObject({ status: 403, code: "cross_site" });
    }
    for (const headers of [{ origin: url }, { "sec-fetch-site": "same-origin" }, { origin: url, "sec-fetch-site": "same-origin" }]) {
      expect((await post(headers)).status).toBe(422);
    }
    expect(await me(browser, { "sec-fetch-site": "cross-site" })).toMatchObject({ status: 403, body: { code: "cross_site" } });
    expect((await me(browser, { "sec-fetch-site": "same-origin" })).status).toBe(200);
  });

  test("ends when its person signs out, at every server and for whoever kept the cookie", async () => {
    const browser = openSmallBrowser();
    await signIn(browser, "ada");
    const kept = browser.cookies(url).get(session) ?? "";
    const out = await browser.ask(`${url}/auth/sign-out`, { method: "POST", headers: { origin: url } });
    expect(out.status).toBe(204);
    expect(browser.cookies(url).has(session)).toBe(false);
    expect((await fetch(`${url}/api/me`, { headers: { cookie: `${session}=${kept}` } })).status).toBe(401);
    expect((await fetch(`${url}/api/me`, { headers: { authorization: `Bearer ${kept}` } })).status).toBe(401);
  });

  test("ends when it is not used, and lives while it is", async () => {
    const browser = openSmallBrowser();
    await signIn(browser, "ada");
    const id = sessionId(browser);
    const used = async (): Promise<number> =>
      (
        await database.rows<{ age: number }>(
          "select extract(epoch from clock_timestamp() - used_at)::float as age from reckoning.token_use where token_id = $1",
          [id],
        )
      )[0]?.age ?? -1;
    expect((await me(browser)).status).toBe(200);
    expect(await used()).toBeGreaterThanOrEqual(0);
    await database.rows("update reckoning.token_use set used_at = used_at - interval '29 minutes' where token_id = $1", [id]);
    expect((await me(browser)).status).toBe(200);
    expect(await used()).toBeLessThan(60);
    await database.rows("update reckoning.token_use set used_at = used_at - interval '31 minutes' where token_id = $1", [id]);
    expect((await me(browser)).status).toBe(401);
  });

  test("ends at its own end, used or not", async () => {
    const browser = openSmallBrowser();
    await signIn(browser, "ada");
    const [lives] = await database.rows<{ hours: number }>(
      "select (extract(epoch from expires_at - created_at) / 3600)::float as hours from reckoning.token where token_id = $1",
      [sessionId(browser)],
    );
    expect(lives?.hours).toBeCloseTo(12, 2);
  });

  function sessionId(browser: SmallBrowser): string {
    const hex = (browser.cookies(url).get(session) ?? "").slice(3, 35);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
});

test("the service starts, and serves tokens, while the identity provider is away; a sign-in says so", async () => {
  const port = await freePort();
  const nobody = await freePort();
  const away = await startServerOn(port, nobody);
  try {
    const response = await fetch(`http://127.0.0.1:${port}/auth/sign-in`, { redirect: "manual" });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "sign_in_unavailable" });
  } finally {
    await away.kill("SIGTERM");
  }
});

async function startServerOn(port: number, providerPort: number): Promise<{ readonly kill: (signal: NodeJS.Signals) => Promise<void> }> {
  const started = startReckon(["serve", "--host", "127.0.0.1", "--port", String(port)], {
    DATABASE_URL: database.url,
    RECKONING_AUTH: "on",
    RECKONING_OIDC_ISSUER: `http://127.0.0.1:${providerPort}`,
    RECKONING_OIDC_CLIENT_ID: "reckon",
    RECKONING_PUBLIC_URL: `http://127.0.0.1:${port}`,
  });
  await until("the server answers", 30_000, async () => (await fetch(`http://127.0.0.1:${port}/db/ping`)).ok);
  return started;
}

test("without a provider there is no such door, and half a configuration is none", async () => {
  const plain = await startServer(database.url, { RECKONING_AUTH: "on" });
  try {
    expect((await fetch(`${plain.url}/auth/sign-in`, { redirect: "manual" })).status).toBe(404);
    expect(await (await fetch(`${plain.url}/api/sign-in`)).json()).toEqual({ provider: false });
    // A session's cookie means nothing where browsers have no sessions.
    const browser = openSmallBrowser();
    await signIn(browser, "ada");
    const cookie = `${session}=${browser.cookies(url).get(session) ?? ""}`;
    expect((await fetch(`${plain.url}/api/me`, { headers: { cookie } })).status).toBe(401);
  } finally {
    await plain.kill("SIGTERM");
  }
  const whole = {
    RECKONING_AUTH: "on",
    RECKONING_OIDC_ISSUER: "https://id.example.org",
    RECKONING_OIDC_CLIENT_ID: "reckon",
    RECKONING_PUBLIC_URL: "https://reckon.example.org",
  };
  const namesOf = (env: Readonly<Record<string, string>>): readonly string[] => {
    const parsed = parseConfig(env, { listens: true });
    return parsed.ok ? [] : parsed.error.map(({ name }) => name);
  };
  expect(namesOf(whole)).toEqual([]);
  expect(namesOf({ ...whole, RECKONING_OIDC_CLIENT_ID: "", RECKONING_PUBLIC_URL: "" })).toEqual([
    "RECKONING_OIDC_CLIENT_ID",
    "RECKONING_PUBLIC_URL",
  ]);
  expect(namesOf({ ...whole, RECKONING_AUTH: "off" })).toEqual(["RECKONING_AUTH"]);
  expect(namesOf({ ...whole, RECKONING_OIDC_ISSUER: "http://id.example.org" })).toEqual(["RECKONING_OIDC_ISSUER"]);
  expect(namesOf({ ...whole, RECKONING_PUBLIC_URL: "https://reckon.example.org/path" })).toEqual(["RECKONING_PUBLIC_URL"]);
});
