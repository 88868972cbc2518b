/** An instant of the record as a person reads it: local time, or UTC when asked for. */
export function shownTime(instant: string | null, utc: boolean): string {
  if (instant === null) return "-";
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  if (utc) return `${date.toISOString().slice(0, 19).replace("T", " ")}Z`;
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** Only the time of day, for lines that follow each other. */
export function shownClock(instant: string | null, utc: boolean): string {
  return shownTime(instant, utc).slice(11);
}

/** From `start` to `end`, or to now: `340ms`, `4.2s`, `3m05s`, `2h10m`, `3d04h`. */
export function elapsed(start: string | null, end: string | null, nowMs: number): string {
  if (start === null) return "";
  const ms = Math.max(0, (end === null ? nowMs : Date.parse(end)) - Date.parse(start));
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${two(Math.floor(seconds % 60))}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h${two(minutes % 60)}m` : `${Math.floor(hours / 24)}d${two(hours % 24)}h`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
