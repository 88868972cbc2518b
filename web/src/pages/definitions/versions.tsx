import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Time } from "../../ui/time.tsx";

interface Version {
  readonly version: number;
  readonly digest: string;
  readonly updated_at: string;
}

interface Props {
  readonly to: "/manifests/$id" | "/tasks/$id";
  readonly id: string;
  readonly versions: readonly Version[];
  readonly shown: number;
  readonly compared: number | null;
}

/** All versions; each can be looked at, and compared with the one that is shown. */
export function Versions({ to, id, versions, shown, compared }: Props): ReactNode {
  return (
    <section className="card flush table-scroll" aria-label="Versions">
      <table>
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Since</th>
            <th scope="col" className="wide-only">
              SHA-256
            </th>
            <th scope="col">Compare</th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ version, digest, updated_at }) => (
            <tr key={version} aria-current={version === shown ? "true" : undefined}>
              <td>
                <Link to={to} params={{ id }} search={{ version }}>
                  {version}
                </Link>
              </td>
              <td>
                <Time at={updated_at} />
              </td>
              <td className="wide-only">
                <code title={digest}>{digest.slice(0, 16)}…</code>
              </td>
              <td>
                {version !== shown && (
                  <Link
                    to={to}
                    params={{ id }}
                    search={{ version: shown, with: version }}
                    aria-current={version === compared ? "true" : undefined}
                  >
                    with {version}
                  </Link>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
