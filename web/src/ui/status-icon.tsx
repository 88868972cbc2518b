import type { ReactNode } from "react";
import type { Look } from "./looks.ts";

// Each state has an outline of its own, which is told apart without colour and at the size of a letter.
const shapes: Readonly<Record<Look["icon"], ReactNode>> = {
  pending: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.2 2.4" />,
  running: (
    <g>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" strokeDasharray="26 12" className="spin" />
      <circle cx="8" cy="8" r="2" fill="currentColor" />
    </g>
  ),
  waiting: (
    <g fill="currentColor">
      <rect x="2.5" y="2" width="4" height="12" rx="1" />
      <rect x="9.5" y="2" width="4" height="12" rx="1" />
    </g>
  ),
  success: (
    <g>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path
        d="m4.8 8.2 2.3 2.3 4.2-4.6"
        fill="none"
        stroke="var(--surface)"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </g>
  ),
  error: (
    <g>
      <path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor" />
      <path d="m5.5 5.5 5 5m0-5-5 5" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" />
    </g>
  ),
  cancelled: (
    <g>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2" fill="none" stroke="currentColor" strokeWidth="1.8" />
      <path d="M4.5 11.5 11.5 4.5" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
    </g>
  ),
  skipped: (
    <g fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round">
      <path d="m2.5 4 4.5 4-4.5 4M8.5 4 13 8l-4.5 4" />
    </g>
  ),
};

export function StatusIcon({ icon, size = 16 }: { readonly icon: Look["icon"]; readonly size?: number }): ReactNode {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true">
      {shapes[icon]}
    </svg>
  );
}
