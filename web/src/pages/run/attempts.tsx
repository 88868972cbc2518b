import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { artifactAddress } from "../../api/client.ts";
import type { StepRun } from "../../api/generated.ts";
import { artifactQuery } from "../../api/queries.ts";
import { failureWords } from "../../lib/failure-words.ts";
import { promptOf } from "../../lib/prompt-of.ts";
import { spanText } from "../../lib/times.ts";
import { DownloadLink } from "../../ui/download-link.tsx";
import { Loading, Trouble } from "../../ui/states.tsx";
import { TextBlock } from "../../ui/text-block.tsx";
import { Time } from "../../ui/time.tsx";

type Attempt = StepRun["attempts"][number];

/** The calls of the model, each with what was asked and what came back, byte for byte. */
export function Attempts({ runId, attempts }: { readonly runId: string; readonly attempts: readonly Attempt[] }): ReactNode {
  return (
    <section className="stack tight">
      <h3>{attempts.length === 1 ? "Model call" : `Model calls (${attempts.length})`}</h3>
      {[...attempts].reverse().map((attempt) => (
        <OneAttempt key={attempt.attempt} runId={runId} attempt={attempt} alone={attempts.length === 1} />
      ))}
    </section>
  );
}

const outcomeWords = {
  running: "is under way",
  succeeded: "succeeded",
  failed: "failed",
  interrupted: "was interrupted: what became of it is unknown",
} as const;

function OneAttempt({ runId, attempt, alone }: { readonly runId: string; readonly attempt: Attempt; readonly alone: boolean }): ReactNode {
  return (
    <div className="attempt stack tight">
      <p className="small">
        {alone ? "The call" : `Attempt ${attempt.attempt}`} {outcomeWords[attempt.outcome]}
        {attempt.error === null ? "" : `: ${failureWords[attempt.error.code].what}`}.
      </p>
      <dl className="facts">
        <dt>Model</dt>
        <dd>
          {attempt.provider === "stub" ? <strong>stub, not a model: </strong> : `${attempt.provider}, `}
          {attempt.model}
          {attempt.model_replied !== null && attempt.model_replied !== attempt.model ? ` (answered as ${attempt.model_replied})` : ""}
        </dd>
        <dt>Began</dt>
        <dd>
          <Time at={attempt.started_at} />
        </dd>
        <dt>Answered in</dt>
        <dd>{attempt.latency_ms === null ? "not on record" : spanText(attempt.latency_ms)}</dd>
        <dt>Tokens in, out</dt>
        <dd>{attempt.usage === null ? "not reported" : `${attempt.usage.input_tokens ?? "?"}, ${attempt.usage.output_tokens ?? "?"}`}</dd>
      </dl>
      <Stored runId={runId} place={attempt.request_artifact} title="Prompt" read={promptOf} />
      <Stored runId={runId} place={attempt.request_artifact} title="Request" read={indented} />
      {attempt.reply_artifact === null ? (
        <p className="small muted">No byte of a reply is on record.</p>
      ) : (
        <Stored
          runId={runId}
          place={attempt.reply_artifact}
          title={`Raw reply${attempt.reply_status === null ? "" : ` (status ${attempt.reply_status})`}`}
          read={(text) => text}
        />
      )}
    </div>
  );
}

interface StoredProps {
  readonly runId: string;
  readonly place: string;
  readonly title: string;
  readonly read: (text: string) => string;
}

/** A stored artifact, fetched when it is opened. */
function Stored({ runId, place, title, read }: StoredProps): ReactNode {
  const [open, setOpen] = useState(false);
  const stored = useQuery({ ...artifactQuery(runId, place), enabled: open });
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && (
        <div className="stack tight stored">
          {stored.isPending && <Loading what={title} lines={2} />}
          {stored.isError && <Trouble error={stored.error} retry={() => void stored.refetch()} />}
          {stored.data !== undefined && <TextBlock text={read(stored.data)} label={title} />}
          <DownloadLink className="small no-print" address={artifactAddress(runId, place)} name={`${runId}.${place}`}>
            Download the exact bytes ({place})
          </DownloadLink>
        </div>
      )}
    </details>
  );
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
