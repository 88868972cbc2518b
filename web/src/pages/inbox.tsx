import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Waiting } from "../api/generated.ts";
import { waitingQuery } from "../api/queries.ts";
import { useStream } from "../app/connection.ts";
import { useNow } from "../lib/use-now.ts";
import { useThrottled } from "../lib/use-throttled.ts";
import { useTitle } from "../lib/use-title.ts";
import { Empty, Loading, Trouble } from "../ui/states.tsx";
import { WaitingItem } from "./waiting-item.tsx";
import "./inbox.css";

const refreshMs = 1_000;
const clockMs = 15_000;

/** What waits for people: the start page of an operator. */
export function InboxPage(): ReactNode {
  const waiting = useQuery(waitingQuery);
  const now = useNow(clockMs);
  const client = useQueryClient();
  const refresh = useThrottled(() => void client.invalidateQueries({ queryKey: ["waiting"] }), refreshMs);
  useStream({
    address: "/api/events",
    lastEventId: null,
    onEvent: () => {
      refresh();
      return false;
    },
    onReturn: refresh,
  });
  const all = waiting.data ?? [];
  const overdue = all.filter((one) => !one.attested && isOverdue(one, now));
  const open = all.filter((one) => !one.attested && !isOverdue(one, now));
  const attested = all.filter((one) => one.attested);
  useTitle(waiting.data === undefined ? "Inbox" : `Inbox (${all.length})`);
  return (
    <>
      <div className="row spread">
        <h1>Inbox</h1>
        <Link to="/runs/new" className="button">
          Start a run
        </Link>
      </div>
      {waiting.isPending && <Loading what="what waits" lines={6} />}
      {waiting.isError && <Trouble error={waiting.error} retry={() => void waiting.refetch()} />}
      {waiting.data?.length === 0 && (
        <Empty title="Nothing waits for anybody">
          <p>
            A run that reaches a compute step appears here, until somebody attests what came of it. See all <Link to="/runs">runs</Link>.
          </p>
        </Empty>
      )}
      <Group title="Overdue" items={overdue} now={now} />
      <Group title="To be done" items={open} now={now} />
      <Group title="Attested, to be resumed" items={attested} now={now} />
    </>
  );
}

function isOverdue({ due_at }: Waiting, now: number): boolean {
  return due_at !== null && Date.parse(due_at) < now;
}

function Group({ title, items, now }: { readonly title: string; readonly items: readonly Waiting[]; readonly now: number }): ReactNode {
  if (items.length === 0) return null;
  return (
    <section className="stack tight" aria-label={title}>
      <h2>
        {title} <span className="muted">{items.length}</span>
      </h2>
      <ul className="inbox">
        {items.map((item) => (
          <WaitingItem key={item.step_run_id} item={item} now={now} />
        ))}
      </ul>
    </section>
  );
}
