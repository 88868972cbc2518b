import type { Json } from "../domain/json.ts";
import type { Client } from "./client.ts";

const pagesMax = 200;

/** Every item of a paged list, up to 200 pages. */
export async function allOf(client: Client, path: string): Promise<readonly Json[]> {
  const items: Json[] = [];
  let here: string | null = path;
  for (let page = 0; page < pagesMax && here !== null; page++) {
    const answer: { readonly items: readonly Json[]; readonly next: string | null } = await client.page(here);
    items.push(...answer.items);
    here = answer.next;
  }
  return items;
}
