const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** In the reader's zone and language. */
export function localTime(instant: string): string {
  return zoned.format(new Date(instant));
}

export function utcTime(instant: string): string {
  return `${instant.replace("T", " ").replace(/\.?0*Z$/, "")} UTC`;
}

const units = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "min", ms: 60_000 },
  { name: "s", ms: 1_000 },
] as const;

/** The two largest units of a span: "3 h 12 min"; below ten seconds with a decimal, below one in milliseconds. */
export function spanText(ms: number): string {
  if (ms < 0) return "0 ms";
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`;
  const at = units.findIndex((unit) => ms >= unit.ms);
  const [large, small] = [units[at], units[at + 1]];
  if (large === undefined) return "0 s";
  const whole = Math.floor(ms / large.ms);
  const rest = small === undefined ? 0 : Math.floor((ms % large.ms) / small.ms);
  return rest === 0 || small === undefined ? `${whole} ${large.name}` : `${whole} ${large.name} ${rest} ${small.name}`;
}

export function spanMs(from: string, to: string | number): number {
  return (typeof to === "number" ? to : Date.parse(to)) - Date.parse(from);
}
