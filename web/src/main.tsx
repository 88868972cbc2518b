// The web interface: an operator's desk and an auditor's window. It imports nothing of the program's sources and speaks
// only the published HTTP interface; its invariants: all state that matters stands in the address, and what came from a
// model or a stranger is only ever shown as text.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { ApiError } from "./api/client.ts";
import { applyTheme } from "./app/theme.ts";
import { makeRouter } from "./routes.tsx";
import "./ui/tokens.css";
import "./ui/base.css";

const retriesMax = 8;
const retryMsMax = 10_000;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // A refusal stays a refusal; only absence passes.
      retry: (failures, error) => failures < retriesMax && error instanceof ApiError && (error.status === 0 || error.status === 503),
      retryDelay: (failures) => Math.min(500 * 2 ** failures, retryMsMax),
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});

applyTheme();
const root = document.getElementById("root");
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={makeRouter()} />
      </QueryClientProvider>
    </StrictMode>,
  );
