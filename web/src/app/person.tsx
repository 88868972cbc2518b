import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { meQuery } from "../api/queries.ts";
import { askToSignIn, endSession } from "../api/session.ts";

/** Whom the server takes this browser's person for; nothing where nobody has to say who they are. */
export function Person(): ReactNode {
  const me = useQuery(meQuery);
  const client = useQueryClient();
  if (me.data === undefined || me.data.subject === null) return null;
  const signOut = async (): Promise<void> => {
    await endSession();
    client.clear();
    askToSignIn();
  };
  return (
    <span className="row">
      <span className="small person" title={me.data.roles.join(", ")}>
        {me.data.subject}
      </span>
      <button type="button" className="plain small" onClick={() => void signOut()}>
        Sign out
      </button>
    </span>
  );
}
