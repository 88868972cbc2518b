import { useState } from "react";
import type { ReactNode } from "react";
import { artifactAddress } from "../../api/client.ts";
import type { Entry, EntryKind } from "../../api/generated.ts";
import { DownloadLink } from "../../ui/download-link.tsx";
import { JsonView } from "../../ui/json-view.tsx";
import { TextBlock } from "../../ui/text-block.tsx";
import { Time } from "../../ui/time.tsx";
import { UntrustedText } from "../../ui/untrusted-text.tsx";

const kindWords: Readonly<Record<EntryKind, string>> = {
  "run.created": "Run created",
  "step.started": "Step started, its request on record",
  "step.attempt_failed": "An attempt failed",
  "step.interrupted": "A call was interrupted",
  "step.waiting": "Step waits for attestation",
  "attestation.submitted": "Attestation submitted",
  "attestation.verified": "Attestation verified",
  "attestation.rejected": "Attestation rejected",
  "step.succeeded": "Step succeeded",
  "step.failed": "Step failed",
  "step.skipped": "Step skipped",
  "run.resumed": "Run resumed",
  "run.succeeded": "Run succeeded",
  "run.failed": "Run failed",
  "run.cancelled": "Run cancelled",
  "erasure.requested": "Erasure asked for",
  "artifact.erased": "Content erased",
  "hold.placed": "Placed on hold",
  "hold.released": "Hold lifted",
};

/** One line of the record, which opens to what stands in it. */
export function EntryItem({ runId, entry }: { readonly runId: string; readonly entry: Entry }): ReactNode {
  const [open, setOpen] = useState(false);
  const { body } = entry;
  return (
    <li>
      <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className="entry">
          <span className="entry-seq">{entry.seq}</span>
          <span className="entry-kind">
            {kindWords[body.kind]} {body.step !== null && <code>{body.step}</code>}
          </span>
          <span className="small muted">{body.actor.id === null ? body.actor.type : <UntrustedText text={body.actor.id} />}</span>
          <span className="small muted">
            <Time at={body.at} />
          </span>
          <code className="entry-leaf" title={`Leaf ${entry.leaf}`}>
            {entry.leaf.slice(0, 12)}
          </code>
        </summary>
        {open && <EntryBody runId={runId} entry={entry} />}
      </details>
    </li>
  );
}

function EntryBody({ runId, entry }: { readonly runId: string; readonly entry: Entry }): ReactNode {
  return (
    <div className="stack entry-body">
      <dl className="facts">
        <dt>Leaf</dt>
        <dd>
          <code>{entry.leaf}</code>
        </dd>
        <dt>Leaf before</dt>
        <dd>{entry.body.prev === null ? "none: it is the first" : <code>{entry.body.prev}</code>}</dd>
        {entry.body.refs.length > 0 && (
          <>
            <dt>Artifacts</dt>
            <dd>
              {entry.body.refs.map(({ role, size }, n) => (
                <div key={`${role} ${String(n)}`}>
                  <DownloadLink address={artifactAddress(runId, `${entry.seq}.${n}`)} name={`${runId}.${entry.seq}.${n}`}>
                    {role}
                  </DownloadLink>{" "}
                  {size.toLocaleString()} bytes
                </div>
              ))}
            </dd>
          </>
        )}
      </dl>
      <JsonView value={entry.body} label={`Entry ${entry.seq}`} />
      <TextBlock
        text={new TextDecoder().decode(Uint8Array.from(atob(entry.bytes), (character) => character.charCodeAt(0)))}
        label={`Exact bytes of entry ${entry.seq}`}
      />
    </div>
  );
}
