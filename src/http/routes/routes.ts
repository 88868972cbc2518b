import type { HttpServer, ServerOptions } from "../server-options.ts";
import { addDocs } from "./docs.ts";
import { addHealth } from "./health.ts";
import { addManifests } from "./manifests.ts";
import { addPeople } from "./people.ts";
import { addRunEvents } from "./run-events.ts";
import { addRuns } from "./runs.ts";
import { addTasks } from "./tasks.ts";

export interface RouteOptions extends ServerOptions {
  /** Event streams open at once; each costs a socket and a little memory. */
  readonly eventStreamsMax: number;
}

export function addRoutes(server: HttpServer, options: RouteOptions): void {
  for (const add of [addHealth, addTasks, addManifests, addRuns, addPeople, addRunEvents, addDocs]) add(server, options);
}
