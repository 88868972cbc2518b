const key = "reckoning.person";

/** The name that this browser's person acted under last. A convenience: nothing is proved by it. */
export function rememberedPerson(): string {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

export function rememberPerson(name: string): void {
  try {
    localStorage.setItem(key, name);
  } catch {
    // A browser that keeps nothing asks again next time.
  }
}
