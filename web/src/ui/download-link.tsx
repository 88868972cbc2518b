import { useState } from "react";
import type { ReactNode } from "react";
import { download } from "../api/client.ts";
import { holdsToken } from "../api/session.ts";

interface Props {
  readonly address: string;
  readonly name: string;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A link to a file. A link by itself cannot say who asks, so for a person with a token the file is fetched first. */
export function DownloadLink({ address, name, className, children }: Props): ReactNode {
  const [refusal, setRefusal] = useState<string | null>(null);
  const fetchFirst = async (): Promise<void> => {
    try {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(await download(address));
      link.download = name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), revokeMs);
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <>
      <a
        href={address}
        download={name}
        {...(className === undefined ? {} : { className })}
        onClick={(event) => {
          if (!holdsToken()) return;
          event.preventDefault();
          void fetchFirst();
        }}
      >
        {children}
      </a>
      {refusal !== null && (
        <span role="alert" className="fault small">
          {refusal}
        </span>
      )}
    </>
  );
}

/** Long enough for the browser to have begun saving. */
const revokeMs = 60_000;
