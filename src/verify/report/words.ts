import type { Entry } from "../../ledger/read-entry.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";

/** Longest text that is shown; the whole stands in the bundle. */
const shownMax = 40_000;

export function shownTime(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 26)} UTC`;
}

/** Who caused an entry, and how they were known. */
export function shownActor({ actor }: Entry): string {
  if (actor.type === "engine") return "the machine";
  return actor.credential === null
    ? `${actor.id} (name as given, not authenticated)`
    : `${actor.id} (authenticated by ${actor.credential})`;
}

/** Someone's text in a box, cut where it is too long for a page. */
export function quoted(text: string, whole: string): Html {
  if (text.length <= shownMax) return html`<pre>${text}</pre>`;
  return html`<pre>${text.slice(0, shownMax)}</pre><p class="faint">Cut after ${shownMax} of ${text.length} characters; the whole is ${whole}.</p>`;
}

export function fact(name: string, value: Html | string): Html {
  return html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`;
}

export function check(state: "yes" | "no" | "open", words: Html): Html {
  const marks = {
    yes: html`<span class="mark good">✓</span>`,
    no: html`<span class="mark bad">✗</span>`,
    open: html`<span class="mark warn">–</span>`,
  };
  return html`<li>${marks[state]}${words}</li>`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
