import type { HttpServer, RouteOptions } from "../server-options.ts";
import { addDocs } from "./docs.ts";
import { addEvidence } from "./evidence.ts";
import { addKeeping } from "./keeping.ts";
import { addHealth } from "./health.ts";
import { addKeys } from "./keys.ts";
import { addLog } from "./log.ts";
import { addManifests } from "./manifests.ts";
import { addPeople } from "./people.ts";
import { addRunEvents } from "./run-events.ts";
import { addRuns } from "./runs.ts";
import { addSignIn } from "./sign-in.ts";
import { addStats } from "./stats.ts";
import { addTasks } from "./tasks.ts";
import { addTokens } from "./tokens.ts";
import { addUploads } from "./uploads.ts";
import { addWaiting } from "./waiting.ts";

export function addRoutes(server: HttpServer, options: RouteOptions): void {
  const adders = [
    addHealth,
    addTasks,
    addManifests,
    addRuns,
    addStats,
    addPeople,
    addWaiting,
    addRunEvents,
    addEvidence,
    addKeeping,
    addLog,
    addUploads,
    addTokens,
    addSignIn,
    addKeys,
    addDocs,
  ];
  for (const add of adders) add(server, options);
}
