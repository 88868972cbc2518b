import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";

const route = getRouteApi("/runs");

/** By whom and when; each is in the address once it is complete. */
export function RunsSearch(): ReactNode {
  const { by = "", from = "", to = "" } = route.useSearch();
  const navigate = useNavigate({ from: "/runs" });
  const set = (name: "by" | "from" | "to", value: string): void =>
    void navigate({
      to: "/runs",
      search: ({ cursor: _, [name]: _before, ...rest }) => (value === "" ? rest : { ...rest, [name]: value }),
      replace: true,
    });
  return (
    <div className="row">
      <PersonSearch key={by} by={by} onChange={(value) => set("by", value)} />
      <label className="row small">
        From <input type="date" className="date" value={from} onChange={(event) => set("from", event.target.value)} />
      </label>
      <label className="row small">
        to <input type="date" className="date" value={to} onChange={(event) => set("to", event.target.value)} />
      </label>
    </div>
  );
}

/** A name is looked for when it is whole: on Enter, or when the field is left. */
function PersonSearch({ by, onChange }: { readonly by: string; readonly onChange: (by: string) => void }): ReactNode {
  const [text, setText] = useState(by);
  const search = (): void => {
    if (text.trim() !== by) onChange(text.trim());
  };
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <label className="row small">
        Started by
        <input
          type="search"
          className="person-search"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onBlur={search}
        />
      </label>
    </form>
  );
}
