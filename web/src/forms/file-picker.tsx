import { useId, useState } from "react";
import type { ReactNode } from "react";
import "./file-picker.css";

interface Props {
  readonly label: string;
  readonly onFile: (file: File) => Promise<void> | void;
}

/** A place to drop a file on, and a button for those who do not drag. */
export function FilePicker({ label, onFile }: Props): ReactNode {
  const id = useId();
  const [over, setOver] = useState(false);
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file !== undefined) void onFile(file);
  };
  return (
    <label
      className={over ? "file-picker over" : "file-picker"}
      htmlFor={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <span>{label}</span>
      <span className="muted small">Drop it here or</span>
      <input
        id={id}
        type="file"
        onChange={(event) => {
          take(event.target.files);
          // The same file may be chosen again after it was changed.
          event.target.value = "";
        }}
      />
    </label>
  );
}
