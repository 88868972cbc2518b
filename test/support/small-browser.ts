/** As much of a browser as signing in takes: cookies by host and port, redirects one by one, forms. */
export interface SmallBrowser {
  readonly ask: (url: string, init?: RequestInit) => Promise<Response>;
  /** Follows redirects, each asked with GET; answers the last response, the redirects unasked from the first that `until` names. */
  readonly go: (
    url: string,
    init?: RequestInit,
    until?: (url: string) => boolean,
  ) => Promise<{ readonly url: string; readonly response: Response }>;
  readonly cookies: (url: string) => ReadonlyMap<string, string>;
}

const redirectsMax = 20;

export function openSmallBrowser(): SmallBrowser {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string): Map<string, string> => {
    const { host } = new URL(url);
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };
  const ask: SmallBrowser["ask"] = async (url, init = {}) => {
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...(cookie === "" ? {} : { cookie }), ...(init.headers as Record<string, string>) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split(";");
      const at = pair.indexOf("=");
      const isGone = attributes.some((attribute) => /max-age=0\b|expires=Thu, 01 Jan 1970/i.test(attribute));
      if (isGone) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  return {
    ask,
    cookies: (url) => jarOf(url),
    async go(url, init = {}, until = () => false) {
      let here = url;
      let response = await ask(here, init);
      for (let count = 0; count < redirectsMax && response.status >= 300 && response.status < 400; count += 1) {
        here = new URL(response.headers.get("location") ?? "", here).href;
        if (until(here)) break;
        response = await ask(here);
      }
      return { url: here, response };
    },
  };
}

/** The fields of the page's only form, and where it goes. */
export function formOf(html: string, base: string): { readonly action: string; readonly fields: Readonly<Record<string, string>> } {
  const action = /<form[^>]*action="([^"]*)"/.exec(html)?.[1] ?? "";
  const inputs = [...html.matchAll(/<input[^>]*>/g)].map(
    ([input]) => [/name="([^"]*)"/.exec(input)?.[1], /value="([^"]*)"/.exec(input)?.[1] ?? ""] as const,
  );
  return {
    action: new URL(action, base).href,
    fields: Object.fromEntries(inputs.flatMap(([name, value]) => (name === undefined ? [] : [[name, value]]))),
  };
}
