/** The one range of bytes that a Range header asks for (RFC 9110 section 14.1.2), both ends included. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Null: the whole is sent, since nothing was asked for, or something that a server may leave aside (another unit, several ranges). */
export function rangeOf(header: string | undefined, size: number): ByteRange | "unsatisfiable" | null {
  const asked = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  if (asked === null) return null;
  const [, first = "", last = ""] = asked;
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { from: size - length, to: size - 1 };
  }
  const from = Number(first);
  const to = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  // A last byte before the first makes the header invalid, and an invalid one is left aside.
  if (last !== "" && Number(last) < from) return null;
  return from < size ? { from, to } : "unsatisfiable";
}
