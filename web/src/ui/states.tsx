import type { ReactNode } from "react";
import { ApiError } from "../api/client.ts";
import type { ErrorCode } from "../api/client.ts";

/** What stands where nothing is yet: what it would be, and how to make the first. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactNode {
  return (
    <div className="empty stack tight">
      <h2>{title}</h2>
      {children}
    </div>
  );
}

export function Loading({ what, lines = 4 }: { readonly what: string; readonly lines?: number }): ReactNode {
  return (
    <div className="stack tight" role="status" aria-label={`Loading ${what}`}>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="skeleton" />
      ))}
    </div>
  );
}

const advice: { readonly [Code in ErrorCode]?: string } = {
  unreachable: "Is the server running, and is this machine online? This page tries again by itself.",
  database_unavailable: "The service is up, its database is not. Nothing that was acknowledged is lost; this page tries again by itself.",
  overloaded: "The service has more to do than it can; it will answer again shortly.",
  run_not_found: "The address may be wrong, or belong to another installation.",
  run_moved: "Somebody else acted on this run at the same moment. Look at it as it stands now, then decide again.",
  step_not_waiting: "It was attested in the meantime, or the run has ended. Look at it as it stands now.",
  run_is_terminal: "A run that has ended takes nothing more. Start another one.",
  misdirected_host: "Open this page under the name or address that the service was started with.",
};

/** A refusal or a failure in words, and what to do about it. */
export function Trouble({ error, retry }: { readonly error: unknown; readonly retry?: () => void }): ReactNode {
  const known = error instanceof ApiError ? error : null;
  return (
    <div className="notice error stack tight" role="alert">
      <p>
        <strong>{known?.message ?? "This page met a state that it should not."}</strong>
      </p>
      {known === null ? <p className="small">{error instanceof Error ? error.message : String(error)}</p> : <Advice error={known} />}
      {retry !== undefined && (
        <div>
          <button type="button" onClick={retry}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}

function Advice({ error }: { readonly error: ApiError }): ReactNode {
  const words = advice[error.code];
  return (
    <>
      {words !== undefined && <p className="small">{words}</p>}
      {error.errors.length > 0 && (
        <ul className="small">
          {error.errors.map(({ pointer, detail }) => (
            <li key={`${pointer} ${detail}`}>
              <code>{pointer === "" ? "/" : pointer}</code> {detail}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
