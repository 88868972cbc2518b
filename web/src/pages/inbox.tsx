import type { ReactNode } from "react";

export function InboxPage(): ReactNode {
  return <h1>Inbox</h1>;
}
