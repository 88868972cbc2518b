import { Link } from "@tanstack/react-router";
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Empty, Trouble } from "../ui/states.tsx";

export function NoSuchPage(): ReactNode {
  return (
    <Empty title="There is no such page">
      <p>
        <Link to="/runs">Runs</Link> or the <Link to="/">inbox</Link> may be what you look for.
      </p>
    </Empty>
  );
}

export function PageFailed({ error, reset }: ErrorComponentProps): ReactNode {
  return <Trouble error={error} retry={reset} />;
}
