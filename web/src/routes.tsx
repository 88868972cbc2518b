import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { NoSuchPage, PageFailed } from "./app/no-page.tsx";
import { Shell } from "./app/shell.tsx";
import { readCompareSearch, readDefinitionsSearch, readRunSearch, readRunsSearch, readStartSearch, readVersionSearch } from "./search.ts";

const root = createRootRoute({ component: Shell, notFoundComponent: NoSuchPage, errorComponent: PageFailed });

const inbox = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./pages/inbox.tsx"), "InboxPage"),
});

const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  validateSearch: readRunsSearch,
  component: lazyRouteComponent(() => import("./pages/runs.tsx"), "RunsPage"),
});

const start = createRoute({
  getParentRoute: () => root,
  path: "/runs/new",
  validateSearch: readStartSearch,
  component: lazyRouteComponent(() => import("./pages/start/start-page.tsx"), "StartPage"),
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$runId",
  validateSearch: readRunSearch,
  component: lazyRouteComponent(() => import("./pages/run/run-page.tsx"), "RunPage"),
});

const definitions = createRoute({
  getParentRoute: () => root,
  path: "/definitions",
  validateSearch: readDefinitionsSearch,
  component: lazyRouteComponent(() => import("./pages/definitions/definitions-page.tsx"), "DefinitionsPage"),
});

const task = createRoute({
  getParentRoute: () => root,
  path: "/tasks/$id",
  validateSearch: readVersionSearch,
  component: lazyRouteComponent(() => import("./pages/definitions/task-page.tsx"), "TaskPage"),
});

const newTask = createRoute({
  getParentRoute: () => root,
  path: "/tasks/new",
  component: lazyRouteComponent(() => import("./pages/definitions/edit-task.tsx"), "NewTaskPage"),
});

const editTask = createRoute({
  getParentRoute: () => root,
  path: "/tasks/$id/edit",
  component: lazyRouteComponent(() => import("./pages/definitions/edit-task.tsx"), "EditTaskPage"),
});

const manifest = createRoute({
  getParentRoute: () => root,
  path: "/manifests/$id",
  validateSearch: readVersionSearch,
  component: lazyRouteComponent(() => import("./pages/definitions/manifest-page.tsx"), "ManifestPage"),
});

const newManifest = createRoute({
  getParentRoute: () => root,
  path: "/manifests/new",
  component: lazyRouteComponent(() => import("./pages/definitions/edit-manifest.tsx"), "NewManifestPage"),
});

const editManifest = createRoute({
  getParentRoute: () => root,
  path: "/manifests/$id/edit",
  component: lazyRouteComponent(() => import("./pages/definitions/edit-manifest.tsx"), "EditManifestPage"),
});

const compare = createRoute({
  getParentRoute: () => root,
  path: "/compare",
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import("./pages/compare/compare-page.tsx"), "ComparePage"),
});

const ledger = createRoute({
  getParentRoute: () => root,
  path: "/ledger",
  component: lazyRouteComponent(() => import("./pages/ledger/ledger-page.tsx"), "LedgerPage"),
});

const tree = root.addChildren([
  inbox,
  runs,
  start,
  run,
  definitions,
  task,
  newTask,
  editTask,
  manifest,
  newManifest,
  editManifest,
  compare,
  ledger,
]);

export function makeRouter() {
  return createRouter({ routeTree: tree, defaultPreload: "intent", scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
