import { buildWeb } from "../../scripts/build-web.ts";

/** The web interface as its sources say, built once, before many test files might want to at the same time. */
export function setup(): void {
  buildWeb();
}
