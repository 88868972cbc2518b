/** Who caused an entry. `engine` is the machine itself; `credential` names how an operator was authenticated, null: not at all. */
export type Actor = { readonly type: "engine" } | { readonly type: "operator"; readonly id: string; readonly credential: string | null };

export const engineActor: Actor = { type: "engine" };
