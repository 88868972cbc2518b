import type { ReactNode } from "react";
import { Field } from "../ui/field.tsx";
import type { ActingPerson } from "./use-person.ts";

/** Who acts: asked for, unless the person's token says it. */
export function PersonField({ person: { proven, name, setName } }: { readonly person: ActingPerson }): ReactNode {
  if (proven !== null)
    return (
      <p>
        As <strong>{proven}</strong>, on record.
      </p>
    );
  return (
    <Field label="Your name" hint="It goes on record as it is written here.">
      {(control) => (
        <input {...control} required maxLength={200} autoComplete="name" value={name} onChange={(event) => setName(event.target.value)} />
      )}
    </Field>
  );
}
