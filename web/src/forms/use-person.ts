import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { meQuery } from "../api/queries.ts";
import { rememberedPerson, rememberPerson } from "../lib/person.ts";

export interface ActingPerson {
  /** The name that a token proves; null where a name is what the person says it is. */
  readonly proven: string | null;
  readonly name: string;
  readonly setName: (name: string) => void;
  /** The member of a body that names the person; nothing where the token does. */
  readonly as: <Member extends string>(member: Member) => { readonly [Name in Member]?: string };
  readonly remember: () => void;
}

/** In whose name this page acts. */
export function usePerson(): ActingPerson {
  const me = useQuery(meQuery);
  const [name, setName] = useState(rememberedPerson);
  const proven = me.data?.subject ?? null;
  return {
    proven,
    name,
    setName,
    as: (member) => (proven !== null || name.trim() === "" ? {} : { [member]: name.trim() }) as { [Name in typeof member]?: string },
    remember: () => {
      if (proven === null) rememberPerson(name.trim());
    },
  };
}
