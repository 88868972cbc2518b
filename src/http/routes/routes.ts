import type { HttpServer, RouteOptions } from "../server-options.ts";
import { addDocs } from "./docs.ts";
import { addEvidence } from "./evidence.ts";
import { addHealth } from "./health.ts";
import { addManifests } from "./manifests.ts";
import { addPeople } from "./people.ts";
import { addRunEvents } from "./run-events.ts";
import { addRuns } from "./runs.ts";
import { addTasks } from "./tasks.ts";

export function addRoutes(server: HttpServer, options: RouteOptions): void {
  for (const add of [addHealth, addTasks, addManifests, addRuns, addPeople, addRunEvents, addEvidence, addDocs]) add(server, options);
}
