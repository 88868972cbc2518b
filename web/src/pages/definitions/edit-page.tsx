import { useQueryClient } from "@tanstack/react-query";
import type { Diagnostic } from "@codemirror/lint";
import { useCallback, useEffect, useState } from "react";
import type { ReactNode } from "react";
import { ApiError } from "../../api/client.ts";
import type { Issue } from "../../api/generated.ts";
import { CodeEditor } from "../../editor/code-editor.tsx";
import { readYaml } from "../../editor/read-yaml.ts";
import { Trouble } from "../../ui/states.tsx";
import { FaultList } from "./fault-list.tsx";

interface Props {
  readonly title: string;
  readonly initial: string;
  /** What is said beside the button that publishes. */
  readonly consequence: string;
  /** Rejects with the server's refusal. */
  readonly check: (value: unknown) => Promise<unknown>;
  readonly publish: (value: unknown) => Promise<void>;
  readonly preview: (value: unknown) => ReactNode;
  readonly issuePointer: (pointer: string) => string;
}

interface Checked {
  readonly text: string;
  readonly value: unknown;
  readonly faults: readonly Diagnostic[];
  readonly error: unknown;
}

const checkAfterMs = 400;

/** Writes a new version: every door check of the server is shown at its place while the text is being written. */
export function EditPage({ title, initial, consequence, check, publish, preview, issuePointer }: Props): ReactNode {
  const [text, setText] = useState(initial);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [publishing, setPublishing] = useState(false);
  const client = useQueryClient();
  const judge = useCallback((judged: string) => judgeText(judged, check, issuePointer), [check, issuePointer]);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      const run = async (): Promise<void> => {
        const found = await judge(text);
        if (current) setChecked(found);
      };
      void run();
    }, checkAfterMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text, judge]);
  const isCurrent = checked?.text === text;
  const isGood = isCurrent && checked.faults.length === 0 && checked.error === null;
  const submit = async (): Promise<void> => {
    if (!isGood) return;
    setPublishing(true);
    try {
      await publish(checked.value);
      await client.invalidateQueries();
    } catch (error) {
      setRefusal(error);
    } finally {
      setPublishing(false);
    }
  };
  return (
    <>
      <div className="row spread">
        <h1>{title}</h1>
        <div className="row">
          <span className="small muted" role="status">
            {!isCurrent ? "Checking…" : isGood ? "Passes every check" : "Does not pass"}
          </span>
          <button type="button" className="primary" disabled={!isGood || publishing || text === initial} onClick={() => void submit()}>
            Publish
          </button>
        </div>
      </div>
      <p className="muted">{consequence}</p>
      {refusal !== null && <Trouble error={refusal} />}
      {checked?.error !== undefined && checked.error !== null && <Trouble error={checked.error} />}
      <div className="edit">
        <CodeEditor label={title} initial={initial} faults={isCurrent ? checked.faults : noFaults} onChange={setText} />
        <div className="stack">
          {checked !== null && <FaultList text={checked.text} faults={checked.faults} />}
          {checked !== null && preview(checked.value)}
        </div>
      </div>
    </>
  );
}

const noFaults: readonly Diagnostic[] = [];

async function judgeText(text: string, check: Props["check"], issuePointer: Props["issuePointer"]): Promise<Checked> {
  const read = readYaml(text);
  if (!read.ok) return { text, value: null, faults: read.faults, error: null };
  const { value, place } = read;
  try {
    await check(value);
    return { text, value, faults: [], error: null };
  } catch (error) {
    const issues: readonly Issue[] = error instanceof ApiError ? error.errors : [];
    if (issues.length === 0) return { text, value, faults: [], error };
    return { text, value, faults: issues.map(({ pointer, detail }) => place({ pointer: issuePointer(pointer), detail })), error: null };
  }
}
