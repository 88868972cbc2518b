import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { NoSuchPage, PageFailed } from "./app/no-page.tsx";
import { Shell } from "./app/shell.tsx";
import { readRunSearch, readRunsSearch, readStartSearch } from "./search.ts";

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

const tree = root.addChildren([inbox, runs, start, run]);

export function makeRouter() {
  return createRouter({ routeTree: tree, defaultPreload: "intent", scrollRestoration: true });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
