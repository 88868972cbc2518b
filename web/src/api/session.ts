const key = "reckoning.token";

/** Whether the server asks this browser to say who its person is. */
export type SessionState = "open" | "required";

let state: SessionState = "open";
const listeners = new Set<() => void>();

export function sessionState(): SessionState {
  return state;
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Kept for as long as the tab is: whoever takes the browser next has to sign in. */
export function keepToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, token);
  setState("open");
}

export function holdsToken(): boolean {
  return sessionStorage.getItem(key) !== null;
}

/** Ends the session that a browser got at the identity provider; a token is only forgotten, for programs may hold it too. */
export async function endSession(): Promise<void> {
  if (holdsToken()) keepToken(null);
  else await fetch("/auth/sign-out", { method: "POST" });
}

export function authorization(): Readonly<Record<string, string>> {
  const token = sessionStorage.getItem(key);
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

/** The server said that it does not know us. */
export function askToSignIn(): void {
  setState("required");
}

function setState(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}
