/** The smallest id that a run of this moment can have (RFC 9562 section 5.7): ids sort by time, so a span of time is a range of them. */
export function firstRunId(atMs: number): string {
  const time = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7000-8000-000000000000`;
}
