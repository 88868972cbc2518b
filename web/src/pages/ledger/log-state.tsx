import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Log } from "../../api/generated.ts";
import { logQuery } from "../../api/queries.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Loading, Trouble } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";

/** How far the log is sealed and signed, and what is wrong if something is. */
export function LogState(): ReactNode {
  const log = useQuery(logQuery);
  return (
    <section className="card stack" aria-label="Sealed log">
      <h2>Sealed log</h2>
      {log.isPending && <Loading what="the log" />}
      {log.isError && <Trouble error={log.error} retry={() => void log.refetch()} />}
      {log.data !== undefined && <Facts log={log.data} />}
    </section>
  );
}

function Facts({ log }: { readonly log: Log }): ReactNode {
  const { origin, size, root, checkpoint, pending, pending_is_more, seals, signs, verifier_key, alarm } = log;
  return (
    <>
      {alarm !== null && (
        <p className="notice error" role="alert">
          <strong>{alarm.code}</strong>: {alarm.detail}
        </p>
      )}
      <dl className="facts">
        <dt>Log</dt>
        <dd>
          <code>{origin}</code>
        </dd>
        <dt>Sealed entries</dt>
        <dd>{size.toLocaleString()}</dd>
        <dt>Root</dt>
        <dd>{root === null ? "none yet" : <code>{root}</code>}</dd>
        <dt>Not sealed yet</dt>
        <dd>{pending === 0 ? "nothing" : `${pending.toLocaleString()}${pending_is_more ? " or more" : ""} entries`}</dd>
        <dt>Last checkpoint</dt>
        <dd>
          {checkpoint === null ? (
            "none: no key signs this log"
          ) : (
            <>
              {checkpoint.size.toLocaleString()} entries, <Time at={checkpoint.published_at} />, signed by{" "}
              {checkpoint.signatures.join(", ")}
            </>
          )}
        </dd>
        <dt>This server</dt>
        <dd>{`${seals ? "seals" : "does not seal"} and ${signs ? "signs" : "does not sign"}`}</dd>
        {verifier_key !== null && (
          <>
            <dt>Verifier key</dt>
            <dd>
              <code>{verifier_key}</code> <CopyButton text={verifier_key} what="verifier key" />
              <p className="small muted">
                Keep it somewhere else: only a key that did not come with the record can show that the record is authentic.
              </p>
            </dd>
          </>
        )}
      </dl>
    </>
  );
}
