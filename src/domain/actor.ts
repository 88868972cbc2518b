/** Somebody outside. `credential` names how they were authenticated, null: not at all, so that `id` is a claim. */
export interface Operator {
  readonly type: "operator";
  readonly id: string;
  readonly credential: string | null;
}

/** Who caused an entry. `engine` is the machine itself. */
export type Actor = { readonly type: "engine" } | Operator;

export const engineActor: Actor = { type: "engine" };
