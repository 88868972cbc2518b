import { Link, Outlet } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import { onSessionChange, sessionState } from "../api/session.ts";
import { useConnection } from "./connection.ts";
import { Person } from "./person.tsx";
import { SignIn } from "./sign-in.tsx";
import { useTheme } from "./theme.ts";
import "./shell.css";

/** What stands around every page. */
export function Shell(): ReactNode {
  const session = useSyncExternalStore(onSessionChange, sessionState);
  return (
    <>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <header className="bar no-print">
        <Link to="/" className="brand" aria-label="Reckoning Machine, inbox">
          <Mark />
          <span className="brand-name">Reckoning Machine</span>
        </Link>
        <nav aria-label="Main">
          <Link to="/" activeOptions={{ exact: true }}>
            Inbox
          </Link>
          <Link to="/runs" activeOptions={{ includeSearch: false }}>
            Runs
          </Link>
          <Link to="/definitions" activeOptions={{ includeSearch: false }}>
            Definitions
          </Link>
          <Link to="/ledger">Ledger</Link>
        </nav>
        <div className="bar-end">
          <Connection />
          <Person />
          <ThemeButton />
        </div>
      </header>
      <Lost />
      <main id="main" tabIndex={-1}>
        {session === "required" ? <SignIn /> : <Outlet />}
      </main>
    </>
  );
}

function Mark(): ReactNode {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent-fill)" />
      <path d="M9 8v16M9 12h14M9 20h14" stroke="#fff" strokeWidth="2.2" strokeLinecap="round" />
      <circle cx="16" cy="12" r="3.4" fill="#fff" />
      <circle cx="20.5" cy="20" r="3.4" fill="#fff" />
    </svg>
  );
}

const connectionWords = { off: "", connecting: "Connecting", live: "Live", lost: "Connection lost" } as const;

function Connection(): ReactNode {
  const state = useConnection();
  return (
    <span className={`connection ${state}`} role="status">
      {connectionWords[state]}
    </span>
  );
}

function Lost(): ReactNode {
  const state = useConnection();
  if (state !== "lost") return null;
  return (
    <p className="lost no-print" role="alert">
      The server cannot be reached. What you see may be out of date; this page goes on by itself when the server is back.
    </p>
  );
}

function ThemeButton(): ReactNode {
  const [theme, next] = useTheme();
  return (
    <button type="button" className="plain small" onClick={next} title="Change the theme">
      <span className="theme-word">Theme: </span>
      {theme}
    </button>
  );
}
